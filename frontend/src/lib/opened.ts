// What lies at a path of a snapshot: a file with its text and definitions, a folder, or nothing.
import { ApiError, request } from '../api';
import {
  FileContent,
  FileFacts,
  type FileFactsQuery,
  FileSymbols,
  Folder,
  type FolderQuery,
  type SymbolHeadFragment,
} from '../generated/operations';

export interface Place {
  readonly id: string;
  readonly ref: string | null;
  readonly path: string;
}

type Snapshot = NonNullable<NonNullable<FileFactsQuery['repository']>['snapshot']>;
export type File = NonNullable<Snapshot['file']>;
export type Entry = NonNullable<NonNullable<FolderQuery['repository']>['snapshot']>['tree'][number];

export type Opened =
  | { readonly what: 'file'; readonly commit: string; readonly file: File }
  | { readonly what: 'folder'; readonly commit: string; readonly path: string; readonly entries: readonly Entry[] }
  | { readonly what: 'missing'; readonly commit: string; readonly path: string }
  | { readonly what: 'unmapped' };

export async function open(place: Place, signal: AbortSignal): Promise<Opened> {
  const { repository } = await request(FileFacts, place, { signal });
  if (!repository?.snapshot) return { what: 'unmapped' };
  const { commit, file } = repository.snapshot;
  if (file) return { what: 'file', commit, file };
  const entries = await folder(place, signal);
  return entries ? { what: 'folder', commit, path: place.path, entries } : { what: 'missing', commit, path: place.path };
}

async function folder(place: Place, signal: AbortSignal): Promise<readonly Entry[] | null> {
  try {
    return (await request(Folder, place, { signal })).repository?.snapshot?.tree ?? null;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

export async function content(place: Place, signal: AbortSignal): Promise<string> {
  const file = (await request(FileContent, place, { signal })).repository?.snapshot?.file;
  if (!file) throw new ApiError('This file is no longer here.', 'NOT_FOUND');
  return file.content;
}

// Ten pages of 500: what has more is no file that somebody reads by its definitions.
const pages = 10;

export async function symbols(place: Place, signal: AbortSignal): Promise<readonly SymbolHeadFragment[]> {
  const found: SymbolHeadFragment[] = [];
  let after: string | null = null;
  for (let page = 0; page < pages; page += 1) {
    const answer: Awaited<ReturnType<typeof symbolPage>> = await symbolPage(place, after, signal);
    found.push(...(answer?.nodes ?? []));
    after = answer?.pageInfo.hasNextPage ? answer.pageInfo.endCursor : null;
    if (after === null) break;
  }
  return found;
}

async function symbolPage(place: Place, after: string | null, signal: AbortSignal) {
  return (await request(FileSymbols, { ...place, after }, { signal })).repository?.snapshot?.file?.symbols;
}
