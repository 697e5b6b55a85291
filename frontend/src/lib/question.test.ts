import { expect, test } from 'vitest';

import { parametersOf, pathsIn, questionOf, usual, variablesOf } from './question';

const read = (query: string) => questionOf((name) => new URLSearchParams(query).get(name));

test('an empty query is the usual question, and the usual question an empty query', () => {
  expect(read('')).toEqual(usual);
  expect(Object.values(parametersOf(usual)).every((value) => value === null)).toBe(true);
});

test('every question comes back from the URL that it was written into', () => {
  const question = {
    tokens: 512,
    focus: 'why, & how?',
    paths: ['src/a,b', '100%', 'docs'],
    languages: ['c++', 'go'],
    order: 'PATH',
    lines: false,
  } as const;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parametersOf(question))) if (value !== null) query.set(name, value);
  expect(read(query.toString())).toEqual(question);
});

test('a budget that is none, or too large, is one that the slider has', () => {
  expect(read('tokens=many').tokens).toBe(2000);
  expect(read('tokens=9000000').tokens).toBe(32_768);
  expect(read('tokens=1').tokens).toBe(256);
});

test('a hand-written list may have spaces, gaps and broken percent signs', () => {
  expect(read('paths=src, ,docs,%25zz,src').paths).toEqual(['src', 'docs', '%zz']);
  expect(pathsIn(' src/a, src/b  docs ')).toEqual(['src/a', 'src/b', 'docs']);
});

test('what is not narrowed is not asked for', () => {
  expect(variablesOf('x', null, { ...usual, focus: '  ' })).toMatchObject({ focus: null, paths: null, languages: null });
});
