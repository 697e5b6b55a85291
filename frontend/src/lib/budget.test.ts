import { expect, test } from 'vitest';

import { clamp, largest, smallest, stepOf, steps, tokensAt } from './budget';

test('the ends of the slider are the ends of the budget', () => {
  expect([tokensAt(0), tokensAt(steps)]).toEqual([smallest, largest]);
  expect([tokensAt(-1), tokensAt(steps + 1)]).toEqual([smallest, largest]);
});

test('every step means more tokens than the one before, in two digits that count', () => {
  const all = Array.from({ length: steps + 1 }, (_, step) => tokensAt(step));
  expect(all.slice(1).filter((tokens, before) => tokens < all[before]!)).toEqual([]);
  expect(all.slice(1, -1).filter((tokens) => !/^\d\d0*$/.test(String(tokens)))).toEqual([]);
});

test('a budget that was typed leads to the nearest step and is kept in its bounds', () => {
  expect(stepOf(smallest)).toBe(0);
  expect(stepOf(largest)).toBe(steps);
  expect(Math.abs(tokensAt(stepOf(2000)) - 2000)).toBeLessThanOrEqual(50);
  expect([clamp(1), clamp(1e9), clamp(2000.4)]).toEqual([smallest, largest, 2000]);
});
