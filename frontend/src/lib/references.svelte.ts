// The callers or the callees of a symbol, page by page.
import { type ApiError, request } from '../api';
import { SymbolCallees, SymbolCallers } from '../generated/operations';
import { Asked } from './asked.svelte';
import { type Edge, fact } from './evidence';

export type Direction = 'callers' | 'callees';

export interface Edges {
  readonly symbol: string;
  readonly guesses: boolean;
  readonly total: number;
  readonly edges: readonly Edge[];
  readonly next: string | null;
}

export class References extends Asked<Edges | null> {
  more = $state(false);

  constructor(readonly direction: Direction) {
    super();
  }

  of(symbol: string, guesses: boolean): () => void {
    return this.ask((signal) => this.#page(symbol, guesses, null, signal));
  }

  /** Appends the next page, unless another symbol is shown meanwhile. */
  async extend(): Promise<void> {
    const before = this.value;
    if (before?.next == null || this.more) return;
    this.more = true;
    try {
      const after = await this.#page(before.symbol, before.guesses, before.next);
      if (this.value === before && after) this.value = { ...after, edges: [...before.edges, ...after.edges] };
    } catch (error) {
      this.error = error as ApiError;
    }
    this.more = false;
  }

  async #page(symbol: string, guesses: boolean, after: string | null, signal?: AbortSignal): Promise<Edges | null> {
    const variables = { id: symbol, least: guesses ? 0 : fact, after };
    const found = await connection(this.direction, variables, signal ? { signal } : {});
    if (found === null) return null;
    const { totalCount, nodes, pageInfo } = found;
    return { symbol, guesses, total: totalCount, edges: nodes, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
  }
}

async function connection(
  direction: Direction,
  variables: { id: string; least: number; after: string | null },
  options: { signal?: AbortSignal },
) {
  if (direction === 'callers') {
    const { node } = await request(SymbolCallers, variables, options);
    return node && 'callers' in node ? node.callers : null;
  }
  const { node } = await request(SymbolCallees, variables, options);
  return node && 'callees' in node ? node.callees : null;
}
