// The map of a ref while it is made: by the job that somebody started before, or by one that is started here.
import { ApiError, request, subscribe } from '../api';
import { BuildRepoMap, FollowJob, NewestJob, type JobRowFragment } from '../generated/operations';

const isLive = (state: string | undefined) => state === 'QUEUED' || state === 'RUNNING';

export class Building {
  job = $state.raw<JobRowFragment | null>(null);
  error = $state.raw<ApiError | null>(null);
  asking = $state(false);
  readonly live = $derived(isLive(this.job?.state));
  readonly #done: () => void;
  #stop = () => {};

  constructor(done: () => void) {
    this.#done = done;
  }

  /** Follows the job of this ref that is under way, if there is one. */
  find(id: string, ref: string | null): () => void {
    let wanted = true;
    void request(NewestJob, { id, ref }).then(
      ({ repository }) => {
        const job = repository?.newestJob;
        if (wanted && job && isLive(job.state)) this.#follow(job.id);
      },
      () => {}, // that it can be started is shown already
    );
    return () => {
      wanted = false;
      this.#stop();
    };
  }

  async start(id: string, ref: string | null): Promise<void> {
    if (this.asking || this.live) return;
    this.asking = true;
    this.error = null;
    try {
      const { buildRepoMap: answer } = await request(BuildRepoMap, { id, ref });
      const [first] = answer.errors;
      if (first) this.error = new ApiError(first.message, first.code, first.hint);
      if (answer.job) this.#follow(answer.job.id);
    } catch (error) {
      this.error = error as ApiError;
    } finally {
      this.asking = false;
    }
  }

  #follow(id: string): void {
    this.#stop();
    this.#stop = subscribe(
      FollowJob,
      { id },
      {
        next: ({ jobProgress: { job } }) => {
          this.job = job;
          if (job.state === 'SUCCEEDED') this.#done();
        },
        fail: (error) => (this.error = error),
        end: () => {},
      },
    );
  }
}
