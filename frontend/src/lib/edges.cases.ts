// References for tests.
import type { Edge } from './evidence';

export const edge = (id: string, path: string, rank: number, confidence: number): Edge => ({
  path,
  line: 1,
  strategy: 'IMPORTED',
  confidence,
  symbol: { id, name: id, qualifiedName: id, kind: 'FUNCTION', path, startLine: 1, endLine: 2, rank },
});
