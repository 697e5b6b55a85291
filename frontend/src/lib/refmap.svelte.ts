// What becomes of the map of a ref: whether there is one and of which commit, who is at work on it, and why there is
// none. While it is first made, a draft of it can be followed.
import { ApiError, request, subscribe } from '../api';
import {
  BuildRepoMap,
  FollowJob,
  FollowMap,
  type FollowMapSubscription,
  type JobRowFragment,
  RefState,
  type RefStateQuery,
} from '../generated/operations';
import { type Question, variablesOf } from './question';

type Event = FollowMapSubscription['repoMapChanged'];
type Snapshot = NonNullable<RefStateQuery['repository']>['snapshot'];

const small = { tokens: 256, focus: null, rows: false };
const live = (state: string | undefined) => state === 'QUEUED' || state === 'RUNNING';

export class RefMap {
  event = $state.raw<Event | null>(null);
  snapshot = $state.raw<Snapshot>(null);
  defaultBranch = $state.raw<string | null>(null);
  job = $state.raw<JobRowFragment | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** Whether the server has said how it stands. */
  settled = $state(false);
  /** The commit of the map that was shown before, once another one has come. */
  before = $state.raw<string | null>(null);
  readonly busy = $derived(live(this.job?.state));
  #stopJob = () => {};
  #jobId: string | null = null;

  constructor(
    readonly id: string,
    readonly ref: string | null,
  ) {}

  follow(): () => void {
    const stop = subscribe(
      FollowMap,
      { id: this.id, ref: this.ref, ...small },
      { next: ({ repoMapChanged }) => this.#take(repoMapChanged), fail: (error) => this.#fail(error) },
    );
    return () => {
      stop();
      this.#stopJob();
    };
  }

  /** Asks for the map, or once more for one that could not be made. */
  async build(): Promise<void> {
    this.error = null;
    try {
      const { buildRepoMap } = await request(BuildRepoMap, { id: this.id, ref: this.ref });
      const [first] = buildRepoMap.errors;
      if (first) this.error = new ApiError(first.message, first.code, first.hint);
      if (buildRepoMap.job) this.#watch(buildRepoMap.job.id);
    } catch (error) {
      this.error = error as ApiError;
    }
  }

  #fail(error: ApiError): void {
    this.error = error;
    this.settled = true;
  }

  #take(event: Event): void {
    const was = this.event?.snapshot?.commit;
    if (was !== undefined && event.complete && event.snapshot && event.snapshot.commit !== was) this.before = was;
    this.event = event;
    void this.#look();
  }

  async #look(): Promise<void> {
    const answer = await request(RefState, { id: this.id, ref: this.ref }).catch(() => null);
    if (answer === null) return;
    this.snapshot = answer.repository?.snapshot ?? null;
    this.defaultBranch = answer.repository?.defaultBranch ?? null;
    this.settled = true;
    const job = answer.repository?.newestJob;
    if (job && (live(job.state) || this.snapshot === null)) this.#watch(job.id);
  }

  #watch(id: string): void {
    if (id === this.#jobId) return;
    this.#jobId = id;
    this.#stopJob();
    this.#stopJob = subscribe(
      FollowJob,
      { id },
      {
        next: ({ jobProgress: { job } }) => (this.job = job),
        fail: () => {}, // the map's own events say what became of it
        end: () => void this.#look(),
      },
    );
  }
}

export interface Draft {
  readonly coverage: Event['coverage'];
  readonly repoMap: NonNullable<Event['repoMap']>;
}

/** The outline of what is parsed so far, as long as it is followed. */
export class DraftMap {
  draft = $state.raw<Draft | null>(null);

  follow(id: string, ref: string | null, question: Question): () => void {
    return subscribe(
      FollowMap,
      { ...variablesOf(id, ref, question), rows: true },
      {
        next: ({ repoMapChanged: { coverage, repoMap } }) => {
          if (repoMap) this.draft = { coverage, repoMap };
        },
        fail: () => {}, // RefMap says it
      },
    );
  }
}
