// All repositories, from one subscription: a SNAPSHOT of each, then whatever is newer.
import { type ApiError, onReconnected, request, subscribe } from '../api';
import { type FleetRowFragment, FollowFleet, KnownRepositories } from '../generated/operations';

// A first visit brings 500 snapshots one by one: what comes within so many milliseconds is drawn together.
const frame = 40;

/** More snapshots than these no subscription begins with. */
export const mostRows = 500;

export class Fleet {
  #rows = $state.raw<ReadonlyMap<string, FleetRowFragment>>(new Map());
  readonly rows = $derived([...this.#rows.values()]);
  /** How many rows the server said there are; null before it has, and where it did not say. */
  total = $state<number | null>(null);
  /** Whether all rows have come that were there at the beginning: only then something is missing. */
  complete = $state(false);
  error = $state<ApiError | null>(null);
  #heard = new Map<string, FleetRowFragment | null>();

  follow(): () => void {
    const stop = subscribe(
      FollowFleet,
      {},
      {
        partial: true, // one map whose bytes are gone hides no other row
        next: ({ repositoriesChanged: { kind, repository } }) => {
          this.error = null;
          this.#hear(repository.id, kind === 'DELETED' ? null : repository);
        },
        fail: (error) => (this.error = error),
      },
    );
    const forget = onReconnected(() => void this.#compare());
    void this.#compare();
    return () => {
      stop();
      forget();
    };
  }

  #hear(id: string, repository: FleetRowFragment | null): void {
    if (this.#heard.size === 0) setTimeout(() => this.#draw(), frame);
    this.#heard.set(id, repository);
  }

  #draw(): void {
    const rows = new Map(this.#rows);
    for (const [id, repository] of this.#heard) {
      if (repository === null) rows.delete(id);
      else if (repository.revision >= (rows.get(id)?.revision ?? 0)) rows.set(id, repository);
    }
    this.#heard.clear();
    this.#rows = rows;
    this.#compareSizes();
  }

  #compareSizes(): void {
    if (this.total !== null && this.#rows.size >= Math.min(this.total, mostRows)) this.complete = true;
  }

  /** What was removed while nobody listened is in no snapshot, and an empty fleet has none. */
  async #compare(): Promise<void> {
    const known = [...this.#rows.keys()];
    const answer = await request(KnownRepositories, {}).catch(() => null);
    if (answer === null) return;
    this.total = answer.repositories.totalCount;
    this.#compareSizes();
    if (answer.repositories.pageInfo.hasNextPage) return;
    const present = new Set(answer.repositories.edges.map(({ node }) => node.id));
    for (const id of known) if (!present.has(id)) this.#hear(id, null);
  }
}
