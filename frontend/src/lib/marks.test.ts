import { expect, test } from 'vitest';

import { piecesOf, wordsOf } from './marks';

const shown = (text: string, name: string, focus = '') =>
  piecesOf(text, name, wordsOf(focus))
    .map(({ text: part, name: named, mark }) => (mark ? `[${part}]` : named ? `*${part}*` : part))
    .join('');

test('the name is the whole word, not the first part of another', () => {
  expect(shown('def running(run: int) -> run', 'run')).toBe('def running(*run*: int) -> run');
  expect(shown('def other()', 'run')).toBe('def other()');
});

test('words of the focus are marked in any letter case, within names as well', () => {
  expect(shown('class RouteTable(Router)', 'RouteTable', 'the route')).toBe('class [Route]*Table*([Route]r)');
});

test('the longer of two words is marked whole', () => {
  expect(shown('use Router', '', 'route router')).toBe('use [Router]');
});

test('a name in the focus is found by its parts', () => {
  expect(shown('make_repo_map', '', 'makeRepo')).toBe('[make]_[repo]_map');
});

test('short and common words mark nothing', () => {
  expect(wordsOf('why is it the')).toBeNull();
  expect(shown('a(b)', 'a', '.*(')).toBe('*a*(b)');
});

test('every letter is kept', () => {
  const text = 'fn reroute(route: Route)';
  expect(piecesOf(text, 'reroute', wordsOf('route reroute')).map((piece) => piece.text).join('')).toBe(text);
});
