import { describe, expect, test } from 'vitest';

import { byFile, reason } from './evidence';
import { edge } from './edges.cases';

describe('references', () => {
  const edges = [edge('a', 'x.py', 0.1, 0.9), edge('b', 'y.py', 0.3, 0.5), edge('a', 'x.py', 0.1, 0.95)];
  test('are grouped by the file of the other end', () =>
    expect(byFile(edges).map(({ path, edges }) => [path, edges.length])).toEqual([['x.py', 2], ['y.py', 1]]));
  test('say when a package is only a folder', () => {
    expect(reason({ strategy: 'SAME_PACKAGE', confidence: 0.9 })).toBe('same package');
    expect(reason({ strategy: 'SAME_PACKAGE', confidence: 0.6 })).toBe('only the folder is the same');
  });
});
