// Links from a picture or a comparison into the files of a repository.
import { pathOf } from './route.svelte';

export function fileAt(id: string, path: string, ref: string | null, line: number | null = null): string {
  const query = ref === null ? '' : `?ref=${encodeURIComponent(ref)}`;
  return `${pathOf(id, 'file', path)}${query}${line === null ? '' : `#L${line}`}`;
}

/** The page as it is, with another folder. */
export function folderAt(path: string): string {
  const there = new URLSearchParams(location.search);
  if (path) there.set('folder', path);
  else there.delete('folder');
  return `${location.pathname}?${there}`;
}
