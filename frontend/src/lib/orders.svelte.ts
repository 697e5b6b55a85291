// What one may ask the server to do with a repository or a job. What it does is seen on the page, since that is
// followed; only what it refuses has to be said.
import { ApiError, request } from '../api';
import { CancelJob, KeepRepository, RefreshRepository, RemoveRepository, RetryJob } from '../generated/operations';

export interface Keeping {
  readonly pinned?: boolean;
  readonly refreshMinutes?: number;
}
interface Refusal {
  readonly message: string;
  readonly code: string;
  readonly hint: string | null;
}

export class Orders {
  error = $state.raw<ApiError | null>(null);
  /** Whether one is on its way: another one has to wait. */
  sending = $state(false);

  refresh = (id: string) => this.#send(async () => (await request(RefreshRepository, { id })).refreshRepository);
  remove = (id: string) => this.#send(async () => (await request(RemoveRepository, { id })).removeRepository);
  cancel = (id: string) => this.#send(async () => (await request(CancelJob, { id })).cancelJob);
  retry = (id: string) => this.#send(async () => (await request(RetryJob, { id })).retryJob);
  keep = (id: string, how: Keeping) =>
    this.#send(async () => (await request(KeepRepository, { id, ...how })).updateRepository);

  /** Gives whether the server does it. */
  async #send(ask: () => Promise<{ readonly errors: readonly Refusal[] }>): Promise<boolean> {
    if (this.sending) return false;
    this.sending = true;
    this.error = null;
    try {
      const [first] = (await ask()).errors;
      if (first) this.error = new ApiError(first.message, first.code, first.hint);
    } catch (caught) {
      this.error = caught as ApiError;
    } finally {
      this.sending = false;
    }
    return this.error === null;
  }
}
