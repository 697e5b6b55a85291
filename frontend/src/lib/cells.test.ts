import { describe, expect, it } from 'vitest';

import { foldersOf } from './areas';
import { again, beside, cellAt, cellOf, firstIn, isNamed, layout, type Cell } from './cells';

const rows: readonly (readonly [string, number])[] = [
  ['large/one.go', 400],
  ['large/two.go', 200],
  ['small/three.go', 100],
  ['empty.txt', 0],
];
const folders = foldersOf({
  paths: rows.map(([path]) => path),
  files: rows.map(() => 1),
  lines: rows.map(([, lines]) => lines),
  symbols: rows.map(() => 0),
  ranks: rows.map(() => 0),
  places: rows.map(() => 0),
  languages: rows.map(() => -1),
  languageNames: [],
});
const root = layout(folders.get('')!, 700, 400);
const cell = (path: string) => cellOf(root, path)!;
const middle = ({ x0, x1, y0, y1 }: Cell) => [(x0 + x1) / 2, (y0 + y1) / 2] as const;
const areaOf = ({ x0, x1, y0, y1 }: Cell) => (x1 - x0) * (y1 - y0);

describe('the layout', () => {
  it('gives a file the area of its lines, about', () => {
    expect(areaOf(cell('large/one.go')) / areaOf(cell('large/two.go'))).toBeCloseTo(2, 0);
    expect(areaOf(cell('empty.txt'))).toBe(0);
  });

  it('keeps every cell within its folder, below its name', () => {
    for (const one of root.descendants()) {
      const { parent } = one;
      if (!parent || areaOf(one) === 0) continue;
      expect([one.x0 >= parent.x0, one.x1 <= parent.x1, one.y0 >= parent.y0, one.y1 <= parent.y1]).toEqual([true, true, true, true]);
      if (isNamed(parent)) expect(one.y0 - parent.y0).toBeGreaterThanOrEqual(17);
    }
  });

  it('names no folder that has no room for it', () => {
    const tiny = layout(folders.get('')!, 40, 30);
    expect(tiny.descendants().filter(isNamed)).toEqual([]);
  });
});

describe('a point', () => {
  it('means the file below it, or the folder whose name stands there', () => {
    const [x, y] = middle(cell('large/two.go'));
    expect(cellAt(root, x, y)?.data.path).toBe('large/two.go');
    expect(cellAt(root, cell('large').x0 + 10, cell('large').y0 + 5)?.data.path).toBe('large');
    expect(cellAt(root, -1, 5)).toBeNull();
  });
});

describe('the arrow keys', () => {
  it('begin at the largest', () => expect(firstIn(root)?.data.path).toBe('large'));

  it('go to what lies beside, and back', () => {
    const [large, small] = [cell('large'), cell('small')];
    const away = small.x0 >= large.x1 ? 'right' : 'down';
    expect(beside(large, away)).toBe(small);
    expect(beside(small, away === 'right' ? 'left' : 'up')).toBe(large);
  });

  it('leave a folder in which nothing more lies that way', () => {
    const away = cell('small').x0 >= cell('large').x1 ? 'right' : 'down';
    const last = cell('large').children!.reduce((one, other) => (other[away === 'right' ? 'x1' : 'y1'] > one[away === 'right' ? 'x1' : 'y1'] ? other : one));
    expect(beside(last, away)).toBe(cell('small'));
    expect(beside(cell('large'), 'left')).toBeNull();
  });
});

describe('a cell on another picture', () => {
  it('is found where the same folder was laid out anew', () => {
    const wider = layout(folders.get('')!, 900, 400);
    expect(again(wider, cell('large/two.go'))).toBe(cellOf(wider, 'large/two.go'));
    expect(again(root, cell('large/two.go'))).toBe(cell('large/two.go'));
  });

  it('is nothing on another folder', () => {
    expect(again(layout(folders.get('large')!, 700, 400), cell('large/two.go'))).toBeNull();
    expect(again(layout(folders.get('large')!, 700, 400), cell('large'))).toBeNull();
  });
});
