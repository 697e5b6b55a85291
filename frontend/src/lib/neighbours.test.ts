import { describe, expect, test } from 'vitest';

import { edge } from './edges.cases';
import { middles, neighbours } from './neighbours';

describe('the neighbours of a symbol', () => {
  const edges = [edge('a', 'x.py', 0.1, 0.9), edge('b', 'y.py', 0.3, 0.5), edge('a', 'x.py', 0.1, 0.95)];
  test('are drawn once a symbol, the most central first, with the surest edge', () =>
    expect(neighbours(edges, 5).map(({ symbol, confidence, uses }) => [symbol.id, confidence, uses])).toEqual([
      ['b', 0.5, 1],
      ['a', 0.95, 2],
    ]));
  test('stand around the middle', () => expect(middles(2, 4)).toEqual([1.5, 2.5]));
});
