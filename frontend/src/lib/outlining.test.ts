import { describe, expect, test } from 'vitest';

import { at, depths, neighbour } from './outlining';

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
