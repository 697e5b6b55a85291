// The outline that is on the page: asked for anew when the budget, the focus or the snapshot changes,
// with the former one in place until the new one is there.
import { type ApiError, request } from '../api';
import { RepoMap, type RepoMapQuery } from '../generated/operations';

export type Snapshot = NonNullable<NonNullable<RepoMapQuery['repository']>['snapshot']>;

export interface Question {
  readonly id: string;
  readonly tokens: number;
  readonly focus: string;
}

// Long enough to leave out most steps of a moving slider, short enough not to be felt.
const pause = 90;

export class Outline {
  snapshot = $state.raw<Snapshot | null>(null);
  error = $state.raw<ApiError | null>(null);
  waiting = $state(false);
  #asked = false; // no state: an effect that asks must not run again because of the answer

  /** Asks after a short pause; the returned function takes the question back. */
  ask({ id, tokens, focus }: Question): () => void {
    const abort = new AbortController();
    const timer = setTimeout(() => void this.#send({ id, tokens, focus }, abort.signal), this.#asked ? pause : 0);
    this.#asked = true;
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }

  async #send({ id, tokens, focus }: Question, signal: AbortSignal): Promise<void> {
    this.waiting = true;
    const text = focus.trim();
    try {
      const answer = await request(RepoMap, { id, tokens, focus: text ? { text } : null }, { signal });
      this.snapshot = answer.repository?.snapshot ?? null;
      this.error = null;
    } catch (error) {
      if (!signal.aborted) this.error = error as ApiError;
    } finally {
      if (!signal.aborted) this.waiting = false;
    }
  }
}
