// Two snapshots compared, and what there is to compare with.
import { ApiError, request, whenBack } from '../api';
import { Comparable, MapDiff, NamedRefs, type ComparableQuery } from '../generated/operations';
import type { MapDiff as Comparison } from './changes';

export type Kept = NonNullable<ComparableQuery['repository']>['snapshots']['nodes'][number];

export interface Pair {
  readonly id: string;
  readonly base: string;
  /** Null: the default branch. */
  readonly head: string | null;
  readonly tokens: number;
}

export class Comparing {
  /** Null while they are not known. */
  kept = $state.raw<readonly Kept[] | null>(null);
  /** Branches and tags of the remote, which need no map. */
  named = $state.raw<readonly string[]>([]);
  diff = $state.raw<Comparison | null>(null);
  error = $state.raw<ApiError | null>(null);
  waiting = $state(false);
  /** The side of which there is no map. */
  missing = $state<'base' | 'head' | null>(null);

  list(id: string): () => void {
    return this.#run(async (signal) => {
      const answer = await request(Comparable, { id }, { signal });
      this.kept = answer.repository?.snapshots.nodes ?? [];
    });
  }

  /** A remote that does not answer only costs the suggestions. */
  async name(url: string): Promise<void> {
    if (this.named.length > 0) return;
    const answer = await request(NamedRefs, { url }).catch(() => null);
    const { branches, tags } = (answer?.remoteRefs ?? {}) as { [kind in 'branches' | 'tags']?: { nodes: { name: string }[] } };
    this.named = [...(branches?.nodes ?? []), ...(tags?.nodes ?? []).toReversed()].map(({ name }) => name);
  }

  ask({ id, base, head, tokens }: Pair): () => void {
    this.waiting = true;
    this.missing = null;
    this.error = null;
    return this.#run(async (signal) => {
      const answer = await request(MapDiff, { id, base, head, tokens }, { signal });
      this.diff = answer.repository?.snapshot?.diff ?? null;
      this.missing = this.diff ? null : 'head';
      this.waiting = false;
    });
  }

  #run(work: (signal: AbortSignal) => Promise<void>): () => void {
    const abort = new AbortController();
    this.#try(work, abort.signal);
    return () => abort.abort();
  }

  #try(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): void {
    work(signal).catch((error: ApiError) => {
      if (signal.aborted) return;
      this.waiting = false;
      this.diff = null;
      if (error.code === 'NOT_FOUND') this.missing = 'base';
      else this.error = error;
      whenBack(error, signal, () => {
        this.error = null;
        this.#try(work, signal);
      });
    });
  }
}

/** What a snapshot is called in a URL: the newest of a ref by the ref, an older one by its commit. */
export function nameOf(one: Kept, kept: readonly Kept[], defaultBranch: string | null): string {
  const newest = kept.find(({ ref }) => ref === one.ref);
  return (newest === one && (one.ref ?? defaultBranch)) || one.commit;
}

/** The newest snapshot of another commit than the head's. */
export function usualBase(kept: readonly Kept[], head: string | null, defaultBranch: string | null): string | null {
  const named = head === defaultBranch ? null : head;
  const at = kept.find(({ ref, commit }) => ref === named || commit === named);
  const other = kept.find(({ commit }) => commit !== at?.commit);
  return other ? nameOf(other, kept, defaultBranch) : null;
}
