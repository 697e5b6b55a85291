// The files of a snapshot as folders within folders, with the sums of each: what the treemap and its table show.
import type { AreasQuery } from '../generated/operations';

export type Columns = NonNullable<NonNullable<AreasQuery['repository']>['snapshot']>['treemap'];

export interface Area {
  /** From the root, which is empty. */
  readonly path: string;
  /** `rest`: files of one folder that are too short for cells of their own. */
  readonly kind: 'folder' | 'file' | 'rest';
  files: number;
  lines: number;
  symbols: number;
  rank: number;
  /** The share of the parsed files that rank lower, 0 to 1; of a folder the mean over its lines. */
  place: number;
  language: string | null;
  readonly children: Area[];
}

/** Groups of rank, from below: the colour is of a group, so that a legend can say it in words. */
export const groups = [
  { from: 0, words: 'other half' },
  { from: 0.5, words: 'top 50 %' },
  { from: 0.8, words: 'top 20 %' },
  { from: 0.95, words: 'top 5 %' },
  { from: 0.99, words: 'top 1 %' },
] as const;

export const groupOf = (place: number) => groups.findLastIndex(({ from }) => place >= from);

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const area = (path: string, kind: Area['kind']): Area => ({
  path,
  kind,
  files: 0,
  lines: 0,
  symbols: 0,
  rank: 0,
  place: 0,
  language: null,
  children: [],
});

/** Makes the folders of an answer; all of them are in the map, by path. */
export function foldersOf(columns: Columns): ReadonlyMap<string, Area> {
  const folders = new Map([['', area('', 'folder')]]);
  const folder = (path: string): Area => {
    const known = folders.get(path);
    if (known) return known;
    const made = area(path, 'folder');
    folder(folderOf(path)).children.push(made);
    folders.set(path, made);
    return made;
  };
  columns.paths.forEach((path, row) => {
    const kind = (columns.files[row] ?? 1) > 1 ? 'rest' : 'file';
    folder(kind === 'rest' ? path : folderOf(path)).children.push(leafOf(columns, row, path, kind));
  });
  // A folder is in the map before those within it.
  for (const one of [...folders.values()].reverse()) sum(one);
  return folders;
}

function leafOf(columns: Columns, row: number, path: string, kind: Area['kind']): Area {
  return {
    ...area(path, kind),
    files: columns.files[row] ?? 1,
    lines: columns.lines[row] ?? 0,
    symbols: columns.symbols[row] ?? 0,
    rank: columns.ranks[row] ?? 0,
    place: columns.places[row] ?? 0,
    language: columns.languageNames[columns.languages[row] ?? -1] ?? null,
  };
}

function sum(folder: Area): void {
  const lines = new Map<string, number>();
  for (const child of folder.children) {
    folder.files += child.files;
    folder.lines += child.lines;
    folder.symbols += child.symbols;
    folder.rank += child.rank;
    folder.place += child.place * child.lines;
    if (child.language) lines.set(child.language, (lines.get(child.language) ?? 0) + child.lines);
  }
  folder.place /= Math.max(1, folder.lines);
  folder.language = [...lines].sort((left, right) => right[1] - left[1])[0]?.[0] ?? null;
}

/** What a folder holds, where a folder with nothing but one folder in it is that one: `src/main/java`. */
export const contentOf = (folder: Area): readonly Area[] => folder.children.map(deepest);

function deepest(one: Area): Area {
  const [only, ...others] = one.children;
  return only?.kind === 'folder' && others.length === 0 ? deepest(only) : one;
}

/** The folder that is shown for this one: the deepest that has all of it. */
export const shownFor = deepest;

/** A name as seen from a folder. */
export function nameFrom(folder: string, { path, kind, files }: Area): string {
  if (kind === 'rest') return `${files} short files`;
  return folder === '' ? path : path.slice(folder.length + 1);
}

/** The folders of a path from the top, without the root. */
export function trail(path: string): readonly string[] {
  const parts = path.split('/').filter(Boolean);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

export const isWhole = (folder: Area): boolean =>
  folder.kind !== 'rest' && folder.children.every((child) => isWhole(child));

export const above = folderOf;

/** How many files of each folder, and whether each file, is in the map that these paths make. */
export function mappedIn(paths: Iterable<string>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const add = (path: string) => found.set(path, (found.get(path) ?? 0) + 1);
  for (const path of paths) {
    add(path);
    ['', ...trail(folderOf(path))].forEach(add);
  }
  return found;
}
