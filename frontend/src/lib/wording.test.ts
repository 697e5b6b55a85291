import { expect, it } from 'vitest';

import { compared } from './wording';

const marked = (before: string, after: string) => {
  const sides = compared(before, after);
  const write = (open: string) => (parts: typeof sides.before) => parts.map(({ text, changed }) => (changed ? `${open}${text}>` : text)).join('');
  return [write('<')(sides.before), write('<')(sides.after)];
};

it('marks the words that differ', () => {
  expect(marked('def f(code: int = 302)', 'def f(code: int = 303)')).toEqual(['def f(code: int = <302>)', 'def f(code: int = <303>)']);
});

it('marks what was added on one side alone', () => {
  expect(marked('fn f()', 'pub fn f()')).toEqual(['fn f()', '<pub >fn f()']);
});

it('marks nothing in equal lines, and everything beside an empty one', () => {
  expect(marked('a b', 'a b')).toEqual(['a b', 'a b']);
  expect(marked('', 'a b')).toEqual(['', '<a b>']);
});

it('loses no character', () => {
  for (const [before, after] of [['größe→1', 'größer ⇒ 1'], ['  x\t', 'x']] as const) {
    const sides = compared(before, after);
    expect(sides.before.map(({ text }) => text).join('')).toBe(before);
    expect(sides.after.map(({ text }) => text).join('')).toBe(after);
  }
});
