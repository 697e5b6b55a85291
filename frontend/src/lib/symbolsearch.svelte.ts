// The symbols that a search finds: the first page at each change of what is asked, more when they are wanted.
import { type ApiError, request } from '../api';
import { SearchSymbols, type SymbolHeadFragment, type SymbolKind } from '../generated/operations';
import { Asked } from './asked.svelte';

export interface Question {
  readonly id: string;
  readonly ref: string | null;
  readonly query: string;
  readonly kinds: readonly SymbolKind[] | null;
  readonly paths: readonly string[] | null;
}

export interface Results {
  readonly asked: Question;
  readonly total: number;
  readonly symbols: readonly SymbolHeadFragment[];
  /** Where to go on; null: these are all. */
  readonly next: string | null;
}

// The server answers within 5 ms; this leaves out keys that come in one burst.
const pause = 40;

export class SymbolSearch extends Asked<Results | null> {
  more = $state(false);
  #asked = false; // no state: an effect that asks must not run again because of the answer

  search(question: Question): () => void {
    const wait = this.#asked ? pause : 0;
    this.#asked = true;
    return this.ask((signal) => page(question, null, signal), wait);
  }

  /** Appends the next page, unless the list has become another one meanwhile. */
  async extend(): Promise<void> {
    const before = this.value;
    if (before?.next == null || this.more) return;
    this.more = true;
    try {
      const after = await page(before.asked, before.next);
      if (this.value === before && after) this.value = { ...after, symbols: [...before.symbols, ...after.symbols] };
    } catch (error) {
      this.error = error as ApiError;
    }
    this.more = false;
  }
}

async function page(asked: Question, after: string | null, signal?: AbortSignal): Promise<Results | null> {
  const { id, ref, query, kinds, paths } = asked;
  const variables = { id, ref, query: query.trim() || null, kinds, paths, after };
  const { repository } = await request(SearchSymbols, variables, signal ? { signal } : {});
  if (!repository?.snapshot) return null;
  const { totalCount, nodes, pageInfo } = repository.snapshot.symbols;
  return { asked, total: totalCount, symbols: nodes, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}
