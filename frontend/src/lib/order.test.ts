import { expect, it } from 'vitest';

import { orderOf, sorted, turned, written } from './order';

const usual = { by: 'lines', down: true };

it('reads an order from a URL, and nothing that is none', () => {
  expect(orderOf('-path', ['path', 'lines'], usual)).toEqual({ by: 'path', down: true });
  expect(orderOf('path', ['path', 'lines'], usual)).toEqual({ by: 'path', down: false });
  for (const text of [null, '', '-', 'colour']) expect(orderOf(text, ['path', 'lines'], usual)).toEqual(usual);
});

it('is written as it is read', () => {
  for (const text of ['-lines', 'path']) expect(written(orderOf(text, ['path', 'lines'], usual))).toBe(text);
});

it('turns round on the same column; numbers begin at the largest, names at a', () => {
  expect(turned(usual, 'lines', true)).toEqual({ by: 'lines', down: false });
  expect(turned(usual, 'rank', true)).toEqual({ by: 'rank', down: true });
  expect(turned(usual, 'path', false)).toEqual({ by: 'path', down: false });
});

it('sorts numbers as numbers, and puts what is not known last both ways', () => {
  const rows = [9, null, 10];
  expect(sorted(rows, { by: '', down: false }, (row) => row)).toEqual([9, 10, null]);
  expect(sorted(rows, { by: '', down: true }, (row) => row)).toEqual([10, 9, null]);
});
