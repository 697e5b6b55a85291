// A symbol as its detail shows it.
import type { OneSymbolQuery, SymbolHeadFragment } from '../generated/operations';

type Node = NonNullable<OneSymbolQuery['node']>;
export type WholeSymbol = Extract<Node, SymbolHeadFragment>;

/** Null when the id is of nothing that is still here, or of something else. */
export const symbolOf = (node: OneSymbolQuery['node']) => (node && 'name' in node ? (node as WholeSymbol) : null);
