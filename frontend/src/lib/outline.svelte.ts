// The outline that is on the page: asked for anew when the question or the snapshot changes, with the former one in
// place until the new one is there. The text comes first and what there is to say of its symbols when it rests.
import { type ApiError, request, whenBack } from '../api';
import {
  RepoMap,
  type RepoMapQuery,
  type RepoMapQueryVariables,
  RepoMapSymbols,
  type RepoMapSymbolsQuery,
} from '../generated/operations';
import { Newest } from './newest';
import { type Row, sheetOf } from './sheet';

export type Snapshot = NonNullable<NonNullable<RepoMapQuery['repository']>['snapshot']>;
type Symbols = NonNullable<NonNullable<RepoMapSymbolsQuery['repository']>['snapshot']>['repoMap'];
export type SymbolView = Symbols['files'][number]['symbols'][number];
/** What there is to say of symbols, each by the path of its file and the key of its row. */
export type Known = ReadonlyMap<string, SymbolView>;

export const placeOf = (path: string, row: Row) => `${path}\n${row.key}`;

const rest = 120; // milliseconds without another answer: the slider stands still

export class Outline {
  snapshot = $state.raw<Snapshot | null>(null);
  /** Whether the server has answered at all. */
  settled = $state(false);
  error = $state.raw<ApiError | null>(null);
  waiting = $state(false);
  readonly sheet = $derived(this.snapshot === null ? null : sheetOf(this.snapshot.repoMap));
  /** Of the rows that another budget shows as well it is kept: a moving slider changes few of them. */
  known = $state.raw<Known>(new Map());
  /** Whether it is there for every row. */
  readonly complete = $derived(
    this.sheet?.files.every(({ path, rows }) => rows.every((row) => this.known.has(placeOf(path, row)))) ?? false,
  );
  #knownOf = '';
  #newest = new Newest((variables: RepoMapQueryVariables, signal) => this.#send(variables, signal));
  #more: AbortController | null = null;

  ask(variables: RepoMapQueryVariables): void {
    this.waiting = true;
    this.#more?.abort();
    this.#newest.ask(variables);
  }

  stop(): void {
    this.#more?.abort();
    this.#newest.stop();
  }

  async #send(variables: RepoMapQueryVariables, signal: AbortSignal): Promise<void> {
    try {
      const { repository } = await request(RepoMap, variables, { signal });
      this.#show(repository?.snapshot ?? null, variables);
      this.error = null;
    } catch (error) {
      if (signal.aborted) return;
      this.error = error as ApiError;
      whenBack(this.error, (this.#more = new AbortController()).signal, () => this.ask(variables));
    }
    this.settled = true;
    if (this.#newest.waits) return;
    this.waiting = false;
    if (this.error === null && !this.complete) void this.#sayMore(variables);
  }

  #show(snapshot: Snapshot | null, { focus, lines }: RepoMapQueryVariables): void {
    const subject = JSON.stringify([snapshot?.id, focus, lines]); // what ranks and reasons depend on
    if (subject !== this.#knownOf) this.known = new Map();
    this.#knownOf = subject;
    this.snapshot = snapshot;
  }

  /** The text stays as useful as it is when this fails. */
  async #sayMore(variables: RepoMapQueryVariables): Promise<void> {
    const abort = (this.#more = new AbortController());
    await new Promise((resolve) => setTimeout(resolve, rest));
    if (abort.signal.aborted) return;
    const answer = await request(RepoMapSymbols, variables, { signal: abort.signal }).catch(() => null);
    const said = answer?.repository?.snapshot?.repoMap;
    if (abort.signal.aborted || !said || said.etag !== this.snapshot?.repoMap.etag) return;
    const found = this.sheet?.files.flatMap(({ path, rows }, file) =>
      rows.map((row, at) => [placeOf(path, row), said.files[file]?.symbols[at]] as const),
    );
    this.known = new Map([...this.known, ...(found ?? []).filter(isKnown)]);
  }
}

const isKnown = (entry: readonly [string, SymbolView | undefined]): entry is [string, SymbolView] => entry[1] !== undefined;
