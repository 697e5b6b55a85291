// Every path of a snapshot, for the finder: page by page, those of the highest rank first.
import { type ApiError, request } from '../api';
import { FilePaths } from '../generated/operations';

// Beyond this a finder in the page is slow, and the paths take a megabyte.
const most = 20_000;

export class Paths {
  all = $state.raw<readonly string[]>([]);
  total = $state(0);
  done = $state(false);
  error = $state.raw<ApiError | null>(null);

  /** Reads until the returned function is called. */
  read(id: string, ref: string | null): () => void {
    const abort = new AbortController();
    void this.#read(id, ref, abort.signal);
    return () => abort.abort();
  }

  async #read(id: string, ref: string | null, signal: AbortSignal): Promise<void> {
    const found: string[] = [];
    let after: string | null = null;
    try {
      do {
        const page: Awaited<ReturnType<typeof pageOf>> = await pageOf({ id, ref, after }, signal);
        if (!page) break;
        found.push(...page.nodes.map(({ path }) => path));
        this.all = found.slice();
        this.total = page.totalCount;
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null && found.length < most);
      this.done = true;
    } catch (error) {
      if (!signal.aborted) this.error = error as ApiError;
    }
  }
}

async function pageOf(variables: { id: string; ref: string | null; after: string | null }, signal: AbortSignal) {
  return (await request(FilePaths, variables, { signal })).repository?.snapshot?.files;
}
