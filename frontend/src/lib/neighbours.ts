// The symbols around one: each once, the most central first, with its surest edge.
import type { SymbolHeadFragment } from '../generated/operations';
import type { Edge } from './evidence';

export interface Neighbour {
  readonly symbol: SymbolHeadFragment;
  readonly confidence: number;
  readonly uses: number;
}

export function neighbours(edges: readonly Edge[], most: number): Neighbour[] {
  const found = new Map<string, { symbol: SymbolHeadFragment; confidence: number; uses: number }>();
  for (const { symbol, confidence } of edges) {
    if (symbol === null) continue;
    const known = found.get(symbol.id);
    if (known === undefined) found.set(symbol.id, { symbol, confidence, uses: 1 });
    else {
      known.confidence = Math.max(known.confidence, confidence);
      known.uses += 1;
    }
  }
  return [...found.values()].sort((left, right) => right.symbol.rank - left.symbol.rank).slice(0, most);
}

/** The middles of `count` rows of one height, around the middle of `rows` of them. */
export function middles(count: number, rows: number): number[] {
  const top = (rows - count) / 2;
  return Array.from({ length: count }, (_, nth) => top + nth + 0.5);
}

/** A curve from a row on one side to a row on the other, in a box of width 100 whose unit of height is a row. */
export const curve = (from: number, to: number) => `M0 ${from}C50 ${from} 50 ${to} 100 ${to}`;
