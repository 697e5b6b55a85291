import { describe, expect, test } from 'vitest';

import { byFile, type Edge, reason } from './evidence';
import { find } from './fuzzy';
import { kindsOf } from './kinds';
import { nameParts } from './match';
import { middles, neighbours } from './neighbours';
import { at, depths, neighbour } from './outlining';

const marked = (name: string, query: string) =>
  nameParts(name, query)
    .map(({ text, hit }) => (hit ? `[${text}]` : text))
    .join('');

describe('what a search found of a name', () => {
  test.each([
    ['build_repo_map', 'repoMap', 'build_[repo]_[map]'],
    ['build_repo_map', 'map build', '[build]_repo_[map]'],
    ['build_repo_map', 'brm', '[b]uild_[r]epo_[m]ap'],
    ['wsgi_app', 'Flask.wsgi', '[wsgi]_app'],
    ['errorOr', 'or', 'error[Or]'],
    ['unseen', 'x', 'unseen'],
    ['anything', '', 'anything'],
  ])('%s by %s', (name, query, shown) => expect(marked(name, query)).toBe(shown));
});

describe('the finder of files', () => {
  const paths = ['src/flask/app.py', 'tests/test_apps/app.py', 'docs/api.rst', 'src/flask/sansio/app.py', 'src/flask/wrappers.py'];
  const first = (query: string) => find(paths, query, 5)[0]?.path;

  test('prefers the name of the file, then what comes first', () => {
    expect(first('app')).toBe('src/flask/app.py');
    expect(first('wrap')).toBe('src/flask/wrappers.py');
  });
  test('takes letters in their order and words in any', () => {
    expect(first('sanapp')).toBe('src/flask/sansio/app.py');
    expect(first('app tests')).toBe('tests/test_apps/app.py');
  });
  test('finds nothing where a letter is missing', () => expect(find(paths, 'zzz', 5)).toEqual([]));
  test('marks what it found', () => expect([...(find(['a/bc.py'], 'bc', 1)[0]?.hits ?? [])]).toEqual([2, 3]));
});

describe('an outline', () => {
  const symbols = [
    { startLine: 1, endLine: 1 },
    { startLine: 3, endLine: 20 },
    { startLine: 5, endLine: 8 },
    { startLine: 10, endLine: 12 },
    { startLine: 30, endLine: 31 },
  ];
  test('has what lies in another deeper', () => expect(depths(symbols)).toEqual([0, 0, 1, 1, 0]));
  test('knows the innermost definition around a line', () => {
    expect(at(symbols, 6)).toBe(2);
    expect(at(symbols, 15)).toBe(1);
    expect(at(symbols, 25)).toBe(3);
    expect(at(symbols, 0)).toBe(-1);
  });
  test('leads to the next and to the one before', () => {
    expect(neighbour(symbols, 5, 1)).toBe(10);
    expect(neighbour(symbols, 5, -1)).toBe(3);
    expect(neighbour(symbols, 30, 1)).toBeNull();
  });
});

const edge = (id: string, path: string, rank: number, confidence: number): Edge => ({
  path,
  line: 1,
  strategy: 'IMPORTED',
  confidence,
  symbol: { id, name: id, qualifiedName: id, kind: 'FUNCTION', path, startLine: 1, endLine: 2, rank },
});

describe('references', () => {
  const edges = [edge('a', 'x.py', 0.1, 0.9), edge('b', 'y.py', 0.3, 0.5), edge('a', 'x.py', 0.1, 0.95)];
  test('are grouped by the file of the other end', () =>
    expect(byFile(edges).map(({ path, edges }) => [path, edges.length])).toEqual([['x.py', 2], ['y.py', 1]]));
  test('are drawn once a symbol, the most central first, with the surest edge', () =>
    expect(neighbours(edges, 5).map(({ symbol, confidence, uses }) => [symbol.id, confidence, uses])).toEqual([
      ['b', 0.5, 1],
      ['a', 0.95, 2],
    ]));
  test('stand around the middle', () => expect(middles(2, 4)).toEqual([1.5, 2.5]));
  test('say when a package is only a folder', () => {
    expect(reason({ strategy: 'SAME_PACKAGE', confidence: 0.9 })).toBe('same package');
    expect(reason({ strategy: 'SAME_PACKAGE', confidence: 0.6 })).toBe('only the folder is the same');
  });
});

test('a kind is asked for by its word or by its group', () => {
  expect(kindsOf('class')).toEqual(['CLASS']);
  expect(kindsOf('functions')).toEqual(['FUNCTION', 'METHOD', 'CONSTRUCTOR', 'MACRO']);
  expect(kindsOf('nonsense')).toBeNull();
});
