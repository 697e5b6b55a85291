// A map as a file: the text as the server wrote it, and the same as JSON with the reasons of each symbol.
import { type Known, placeOf, type Snapshot } from './outline.svelte';
import { sheetOf } from './sheet';

export function jsonOf(name: string, snapshot: Snapshot, known: Known): string {
  const { text, etag, files: _, ...numbers } = snapshot.repoMap;
  const files = sheetOf(snapshot.repoMap).files.map(({ path, rank, rows }) => ({
    path,
    rank,
    symbols: rows.map((row) => {
      const { line, rank: share, why, symbol } = known.get(placeOf(path, row)) ?? {};
      return { line: row.line ?? line, text: row.text, kind: symbol?.kind, name: symbol?.name, rank: share, why };
    }),
  }));
  return `${JSON.stringify({ repository: name, commit: snapshot.commit, ref: snapshot.ref, ...numbers, text, files }, null, 2)}\n`;
}

/** `owner-name.commit.2000.md`: what it is of, for whoever finds it among the downloads. */
export function fileName(name: string, snapshot: Snapshot, ending: string): string {
  const words = name.split('/').slice(-2).join('-').replace(/[^\w.-]+/g, '_');
  return `${words}.${snapshot.commit.slice(0, 9)}.${snapshot.repoMap.budget}.${ending}`;
}

export function download(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
