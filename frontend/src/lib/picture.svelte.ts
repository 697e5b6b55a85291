// What the treemap is of: the files of a snapshot, and which of them the map shows at this budget and focus.
// A repository with more files than an answer has is asked again for the folder that is looked into.
import { ApiError, request, whenBack } from '../api';
import { Areas, MapPaths } from '../generated/operations';
import { foldersOf, isWhole, mappedIn, type Area } from './areas';

const most = 10_000;

export interface Subject {
  readonly id: string;
  readonly ref: string | null;
}

type Folders = ReadonlyMap<string, Area>;

export class Picture {
  /** Null while nothing is known; empty when there is no map of this ref. */
  folders = $state.raw<Folders | null>(null);
  mapped = $state.raw<ReadonlyMap<string, number>>(new Map());
  error = $state.raw<ApiError | null>(null);
  #whole: Folders | null = null;

  /** Asks for all files; the returned function takes the question back. */
  ask(subject: Subject): () => void {
    const abort = new AbortController();
    void this.#take(abort.signal, async () => {
      this.#whole = await read(subject, '', abort.signal);
      return this.#whole;
    });
    return () => abort.abort();
  }

  /** Asks for a folder of which not every file is known. */
  look(subject: Subject, path: string): () => void {
    const folder = this.#whole?.get(path);
    const abort = new AbortController();
    if (folder && !isWhole(folder)) void this.#take(abort.signal, () => read(subject, path, abort.signal));
    else if (folder && this.folders !== this.#whole) this.folders = this.#whole;
    return () => abort.abort();
  }

  /** Asks which files the map shows. */
  askMapped(subject: Subject, tokens: number, focus: string): () => void {
    const abort = new AbortController();
    const text = focus.trim();
    void this.#try(abort.signal, async () => {
      const answer = await request(MapPaths, { ...subject, tokens, focus: text ? { text } : null }, { signal: abort.signal });
      this.mapped = mappedIn(answer.repository?.snapshot?.repoMap.files.map(({ path }) => path) ?? []);
    });
    return () => abort.abort();
  }

  #take(signal: AbortSignal, read: () => Promise<Folders>): Promise<void> {
    return this.#try(signal, async () => {
      this.folders = await read();
      this.error = null;
    });
  }

  async #try(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      this.error = error as ApiError;
      whenBack(this.error, signal, () => {
        this.error = null;
        void this.#try(signal, work);
      });
    }
  }
}

async function read(subject: Subject, path: string, signal: AbortSignal): Promise<Folders> {
  const answer = await request(Areas, { ...subject, path, most }, { signal });
  const columns = answer.repository?.snapshot?.treemap;
  return columns ? foldersOf(columns) : new Map();
}
