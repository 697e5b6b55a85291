// How a reference was resolved, in words for people, and references by file.
import type { ResolutionStrategy, SymbolHeadFragment } from '../generated/operations';

/** From this confidence on an edge is a fact; below it is a guess. */
export const fact = 0.8;

export interface Edge {
  readonly path: string;
  readonly line: number;
  readonly strategy: ResolutionStrategy;
  readonly confidence: number;
  /** The other end; null for the top level of a file. */
  readonly symbol: SymbolHeadFragment | null;
}

const words: Record<ResolutionStrategy, string> = {
  SAME_FILE: 'defined in the same file',
  IMPORTED: 'an import leads to it',
  RECEIVER_TYPE: 'the class it is called on is known',
  SAME_PACKAGE: 'same package',
  OVERLOADED_NAME: 'the class is certain, the overload is not',
  UNIQUE_NAME: 'the only definition of this name',
  AMBIGUOUS_NAME: 'one of several of this name',
};

export function reason({ strategy, confidence }: Pick<Edge, 'strategy' | 'confidence'>): string {
  if (strategy === 'SAME_PACKAGE' && confidence < fact) return 'only the folder is the same';
  return words[strategy];
}

export interface EdgeGroup {
  readonly path: string;
  readonly edges: readonly Edge[];
}

/** Groups by the file of the other end, in the order in which the files come. */
export function byFile(edges: readonly Edge[]): EdgeGroup[] {
  const found = new Map<string, Edge[]>();
  for (const edge of edges) {
    const path = edge.symbol?.path ?? edge.path;
    const group = found.get(path);
    if (group) group.push(edge);
    else found.set(path, [edge]);
  }
  return [...found].map(([path, group]) => ({ path, edges: group }));
}
