import { describe, expect, test } from 'vitest';

import { filling, sheetOf } from './sheet';

const files = (...paths: string[]) => paths.map((path) => ({ path, rank: 0.5 }));

describe('the text of an outline', () => {
  test('has the symbols of each file below its path, as deep as they are indented', () => {
    const text = 'a/app.py\n9     class App\n1046    def run(self) -> None\n\nb.py\n3     def main()\n';
    expect(sheetOf({ text, files: files('a/app.py', 'b.py') }).files).toEqual([
      {
        path: 'a/app.py',
        rank: 0.5,
        rows: [
          { key: '9#0', line: 9, depth: 0, text: 'class App' },
          { key: '1046#0', line: 1046, depth: 1, text: 'def run(self) -> None' },
        ],
      },
      { path: 'b.py', rank: 0.5, rows: [{ key: '3#0', line: 3, depth: 0, text: 'def main()' }] },
    ]);
  });

  test('is read without line numbers as well', () => {
    const { files: found } = sheetOf({ text: 'a.py\n  class App\n    run\n', files: files('a.py') });
    expect(found[0]?.rows).toEqual([
      { key: 'class App#0', line: null, depth: 0, text: 'class App' },
      { key: 'run#0', line: null, depth: 1, text: 'run' },
    ]);
  });

  test('ends a file at the next path, though nothing is between them', () => {
    const text = 'a.py\n1     run\n\nb.py\n2 c.py\nd.py\n… and 3 more symbols';
    const { files: found } = sheetOf({ text, files: files('a.py', 'b.py', '2 c.py', 'd.py') });
    expect(found.map(({ path, rows }) => [path, rows.length])).toEqual([
      ['a.py', 1],
      ['b.py', 0],
      ['2 c.py', 0],
      ['d.py', 0],
    ]);
  });

  test('has a name of its own for each of two symbols of one line', () => {
    const { files: found } = sheetOf({ text: 'a.js\n1     a\n1     b\n', files: files('a.js') });
    expect(found[0]?.rows.map(({ key }) => key)).toEqual(['1#0', '1#1']);
  });

  test('says why it shows no symbol', () => {
    const text = 'No definitions were found; 2 files are listed.\nREADME\nLICENSE\n';
    const sheet = sheetOf({ text, files: files('README', 'LICENSE') });
    expect(sheet.note).toBe('No definitions were found; 2 files are listed.');
    expect(sheet.files).toHaveLength(2);
    expect(sheetOf({ text: 'No definitions were found; 0 files are listed.', files: [] }).note).toContain('0 files');
  });
});

describe('the files that fill a window', () => {
  const row = { key: 'a', line: 1, depth: 0, text: 'a' };
  const holding = (...counts: number[]) =>
    counts.map((count, nth) => ({ path: `${nth}`, rank: 1, rows: Array.from({ length: count }, () => row) }));

  test.each([
    [[2, 2, 2], 6, 2],
    [[2, 2, 2], 7, 3],
    [[90, 1], 60, 1],
    [[1, 1], 60, 2],
    [[], 60, 0],
  ])('of %j rows and %i places are %i', (counts, places, files) => {
    expect(filling(holding(...counts), places)).toBe(files);
  });
});
