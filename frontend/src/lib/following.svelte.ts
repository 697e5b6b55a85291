// One repository and the job that is, or was last, at work on it.
import { type ApiError, subscribe } from '../api';
import {
  FollowJob,
  FollowRepository,
  type JobRowFragment,
  type RepositoryRowFragment,
} from '../generated/operations';
import { underWay } from './states';

export class Following {
  repository = $state.raw<RepositoryRowFragment | null>(null);
  job = $state.raw<JobRowFragment | null>(null);
  removed = $state(false);
  error = $state.raw<ApiError | null>(null);
  #jobId: string | null = null;
  #stopJob = () => {};

  follow(id: string): () => void {
    const stop = subscribe(
      FollowRepository,
      { id },
      {
        next: ({ repositoryChanged: { kind, repository } }) => {
          this.error = null;
          this.removed = kind === 'DELETED';
          if (repository.revision < (this.repository?.revision ?? 0)) return;
          this.repository = repository;
          this.#followJob(jobOf(repository));
        },
        fail: (error) => {
          // What was removed while nobody listened is told of by no event.
          if (this.repository && error.code === 'NOT_FOUND') this.removed = true;
          else this.error = error;
        },
      },
    );
    return () => {
      stop();
      this.#stopJob();
    };
  }

  #followJob(id: string | null): void {
    if (id === this.#jobId) return;
    this.#stopJob();
    this.#stopJob = () => {};
    this.#jobId = id;
    this.job = null;
    if (id === null) return;
    this.#stopJob = subscribe(
      FollowJob,
      { id },
      {
        next: ({ jobProgress: { job } }) => (this.job = job),
        fail: () => {}, // its state is on the repository as well
        end: () => {},
      },
    );
  }
}

function jobOf(repository: RepositoryRowFragment): string | null {
  const status = underWay(repository) ?? (repository.map.job ? repository.map : repository.clone);
  return status.job?.id ?? null;
}
