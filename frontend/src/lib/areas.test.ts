import { describe, expect, it } from 'vitest';

import { contentOf, foldersOf, groupOf, isWhole, mappedIn, nameFrom, shownFor, trail, type Columns } from './areas';

type Row = readonly [path: string, lines: number, place: number, files?: number];

function columns(...rows: Row[]): Columns {
  return {
    paths: rows.map(([path]) => path),
    files: rows.map(([, , , files = 1]) => files),
    lines: rows.map(([, lines]) => lines),
    symbols: rows.map(() => 2),
    ranks: rows.map(() => 0.1),
    places: rows.map(([, , place]) => place),
    languages: rows.map(([path]) => (path.endsWith('.go') ? 0 : -1)),
    languageNames: ['go'],
  };
}

describe('folders', () => {
  const folders = foldersOf(columns(['a/b/c/one.go', 30, 1], ['a/b/c/two.go', 10, 0], ['a/note.txt', 0, 0], ['top.go', 60, 0.5]));

  it('sum over what is in them', () => {
    const { files, lines, symbols, language, place } = folders.get('a')!;
    expect({ files, lines, symbols, language, place }).toEqual({ files: 3, lines: 40, symbols: 6, language: 'go', place: 0.75 });
    expect(folders.get('')!.lines).toBe(100);
  });

  it('that hold one folder and nothing else are that one', () => {
    expect(contentOf(folders.get('a')!).map(({ path }) => path)).toEqual(['a/b/c', 'a/note.txt']);
    expect(shownFor(folders.get('a/b')!).path).toBe('a/b/c');
    expect(nameFrom('a', folders.get('a/b/c')!)).toBe('b/c');
  });

  it('are whole unless something in them is summed up', () => {
    expect(isWhole(folders.get('')!)).toBe(true);
    const short = foldersOf(columns(['a/one.go', 30, 1], ['a/b', 9, 0, 3], ['', 2, 0, 2]));
    expect(isWhole(short.get('a')!)).toBe(false);
    expect(short.get('a')!.files).toBe(4);
    expect(nameFrom('a/b', short.get('a/b')!.children[0]!)).toBe('3 short files');
    expect(short.get('')!.children.map(({ kind }) => kind)).toEqual(['folder', 'rest']);
  });
});

describe('the map', () => {
  it('counts its files in every folder above them', () => {
    const found = mappedIn(['a/b/one.go', 'a/two.go']);
    expect([found.get(''), found.get('a'), found.get('a/b'), found.get('a/two.go'), found.get('b')]).toEqual([2, 2, 1, 1, undefined]);
  });
});

it.each([
  [0, 0],
  [0.4999, 0],
  [0.5, 1],
  [0.95, 3],
  [0.99, 4],
  [1, 4],
])('the place %d is in the group %d', (place, group) => expect(groupOf(place)).toBe(group));

it('a trail names each folder on the way', () => {
  expect(trail('a/b/c')).toEqual(['a', 'a/b', 'a/b/c']);
  expect(trail('')).toEqual([]);
});
