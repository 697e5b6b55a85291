// The jobs of a repository, newest first: read in pages, those that live followed.
import { type ApiError, request, subscribe, whenBack } from '../api';
import { FollowJob, type JobRowFragment, OneJob, RepositoryJobs } from '../generated/operations';

const page = 20;
// As many as one looks at; more than a few of one repository never live at once.
const followed = 5;

export class JobList {
  #jobs = $state.raw<ReadonlyMap<string, JobRowFragment>>(new Map());
  readonly jobs = $derived([...this.#jobs.values()].sort((left, right) => (left.createdAt < right.createdAt ? 1 : -1)));
  total = $state<number | null>(null);
  more = $state(false);
  waiting = $state(false);
  error = $state.raw<ApiError | null>(null);
  #after: string | null = null;
  readonly #stops = new Map<string, () => void>();
  readonly #stopped = new AbortController();

  /** Reads the newest; called again, it adds those that came since. */
  refresh = (id: string) => this.#read(id, null);

  /** Reads the next older ones. */
  older = (id: string) => this.#read(id, this.#after);

  has = (jobId: string) => this.#jobs.has(jobId);

  /** Looks for one that is not among those that were read; false when the repository has no such job. */
  async find(id: string, jobId: string, signal: AbortSignal): Promise<boolean> {
    const { job } = await request(OneJob, { id: jobId }, { signal });
    if (job?.repository?.id !== id) return false;
    this.#put(job);
    return true;
  }

  stop(): void {
    this.#stopped.abort();
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
  }

  async #read(id: string, after: string | null): Promise<void> {
    this.waiting = true;
    try {
      const found = (await request(RepositoryJobs, { id, first: page, after })).repository?.jobs;
      this.error = null;
      if (!found) return;
      this.total = found.totalCount;
      for (const job of found.nodes) this.#put(job);
      if (after !== null || this.#after === null) {
        this.#after = found.pageInfo.endCursor;
        this.more = found.pageInfo.hasNextPage;
      }
      for (const { id, state } of found.nodes) if (state === 'QUEUED' || state === 'RUNNING') this.#follow(id);
    } catch (error) {
      this.error = error as ApiError;
      whenBack(this.error, this.#stopped.signal, () => void this.#read(id, after));
    } finally {
      this.waiting = false;
    }
  }

  #put(job: JobRowFragment): void {
    if (job.revision >= (this.#jobs.get(job.id)?.revision ?? 0)) this.#jobs = new Map(this.#jobs).set(job.id, job);
  }

  #follow(id: string): void {
    if (this.#stops.has(id) || this.#stops.size >= followed) return;
    const over = () => void this.#stops.delete(id);
    const stop = subscribe(FollowJob, { id }, { next: ({ jobProgress: { job } }) => this.#put(job), fail: over, end: over });
    this.#stops.set(id, stop);
  }
}
