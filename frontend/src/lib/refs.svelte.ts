// The refs that somebody may look at: those that have a map, and those that the remote has.
import { ApiError, request } from '../api';
import { MappedRefs, type MappedRefsQuery, RemoteRefs } from '../generated/operations';
import type { RefView } from './refgroups';

type Snapshots = NonNullable<MappedRefsQuery['repository']>['snapshots']['nodes'];

const rest = 200; // milliseconds without another letter

export class Refs {
  mapped = $state.raw<readonly RefView[]>([]);
  branches = $state.raw<readonly RefView[]>([]);
  tags = $state.raw<readonly RefView[]>([]);
  /** How many the remote has besides those that are listed. */
  more = $state(0);
  asking = $state(false);
  error = $state.raw<ApiError | null>(null);
  #url = '';

  async load(id: string): Promise<void> {
    const answer = await request(MappedRefs, { id }).catch(() => null);
    if (!answer?.repository) return;
    const { url, defaultBranch, snapshots } = answer.repository;
    this.#url = url;
    this.mapped = mappedRefs(snapshots.nodes, defaultBranch);
  }

  /** Asks the remote, after a pause; the returned function takes it back. */
  search(part: string): () => void {
    const abort = new AbortController();
    const timer = setTimeout(() => void this.#ask(part.trim(), abort.signal), rest);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }

  async #ask(part: string, signal: AbortSignal): Promise<void> {
    if (this.#url === '') return;
    this.asking = true;
    try {
      const { remoteRefs } = await request(RemoteRefs, { url: this.#url, part: part || null }, { signal });
      if ('code' in remoteRefs) throw new ApiError(remoteRefs.message, remoteRefs.code, remoteRefs.hint);
      const { branches, tags } = remoteRefs;
      this.branches = branches.nodes.map(unmapped);
      this.tags = tags.nodes.map(unmapped);
      this.more = branches.totalCount + tags.totalCount - this.branches.length - this.tags.length;
      this.error = null;
    } catch (error) {
      if (!signal.aborted) this.error = error as ApiError;
    } finally {
      if (!signal.aborted) this.asking = false;
    }
  }
}

const unmapped = ({ name, commit }: { name: string; commit: string }): RefView => ({ ref: name, name, commit, builtAt: null });

/** Of each ref its newest map, which is the first; older ones are looked at by their commit. */
export function mappedRefs(snapshots: Snapshots, defaultBranch: string | null): RefView[] {
  const known = new Set<string>();
  return snapshots.map(({ ref, commit, builtAt }) => {
    const branch = ref ?? defaultBranch ?? 'the default branch';
    const newest = !known.has(branch);
    known.add(branch);
    const own = ref === null || ref === defaultBranch ? null : ref;
    return { ref: newest ? own : commit, name: newest ? branch : `${branch}, before`, commit, builtAt };
  });
}
