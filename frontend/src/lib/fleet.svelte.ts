// All repositories, from one subscription: a SNAPSHOT of each, then whatever is newer.
import { type ApiError, onReconnected, request, subscribe } from '../api';
import { FollowFleet, KnownRepositories, type RepositoryRowFragment } from '../generated/operations';

// The stream has no mark after its last snapshot; an empty fleet is one that stayed silent this long.
const silence = 600;

export class Fleet {
  #rows = $state.raw<ReadonlyMap<string, RepositoryRowFragment>>(new Map());
  readonly rows = $derived([...this.#rows.values()].sort(newestFirst));
  /** Whether enough has been heard to say that there is nothing. */
  settled = $state(false);
  error = $state<ApiError | null>(null);

  follow(): () => void {
    const timer = setTimeout(() => (this.settled = true), silence);
    const stop = subscribe(
      FollowFleet,
      {},
      {
        next: ({ repositoriesChanged: { kind, repository } }) => {
          this.settled = true;
          this.error = null;
          if (kind === 'DELETED') this.#drop([repository.id]);
          else this.#put(repository);
        },
        fail: (error) => (this.error = error),
      },
    );
    const forget = onReconnected(() => void this.#dropVanished());
    return () => {
      clearTimeout(timer);
      stop();
      forget();
    };
  }

  #put(repository: RepositoryRowFragment): void {
    const known = this.#rows.get(repository.id);
    if (!known || repository.revision >= known.revision) {
      this.#rows = new Map(this.#rows).set(repository.id, repository);
    }
  }

  #drop(ids: readonly string[]): void {
    const rows = new Map(this.#rows);
    for (const id of ids) rows.delete(id);
    this.#rows = rows;
  }

  /** What was removed while nobody listened is in no snapshot. */
  async #dropVanished(): Promise<void> {
    const known = [...this.#rows.keys()];
    const answer = await request(KnownRepositories, {}).catch(() => null);
    if (answer === null || answer.repositories.pageInfo.hasNextPage) return;
    const present = new Set(answer.repositories.edges.map(({ node }) => node.id));
    this.#drop(known.filter((id) => !present.has(id)));
  }
}

function newestFirst(left: RepositoryRowFragment, right: RepositoryRowFragment): number {
  return right.createdAt.localeCompare(left.createdAt) || left.name.localeCompare(right.name);
}
