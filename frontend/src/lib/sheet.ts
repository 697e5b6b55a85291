// The text of an outline as rows: a path, then a line for each symbol up to an empty line or the next path. The text
// comes in a tenth of the time that its rows take, so a page can show it while a slider moves.

export interface Row {
  /** Names it within its file, in every outline of a map that shows it. */
  readonly key: string;
  /** Null where the text has no line numbers. */
  readonly line: number | null;
  readonly depth: number;
  readonly text: string;
}
export interface SheetFile {
  readonly path: string;
  readonly rank: number;
  readonly rows: readonly Row[];
}
export interface Sheet {
  readonly files: readonly SheetFile[];
  /** What the text says where it shows nothing: that no definitions were found. */
  readonly note: string;
}

interface Outlined {
  readonly text: string;
  readonly files: readonly { readonly path: string; readonly rank: number }[];
}

const indentation = 2;

export function sheetOf({ text, files }: Outlined): Sheet {
  const lines = text.trimEnd().split('\n');
  let at = 0;
  const start = files.length > 0 ? lines.findIndex((line) => line === files[0]?.path) : -1;
  const note = start > 0 ? lines.slice(0, start).join(' ').trim() : '';
  at = Math.max(start, 0);
  const found = files.map(({ path, rank }, number) => {
    while (lines[at] === '') at += 1;
    at += 1; // the path itself
    const next = files[number + 1]?.path;
    const begin = at;
    while (at < lines.length && isRow(lines[at]!) && lines[at] !== next) at += 1;
    return { path, rank, rows: rowsOf(lines.slice(begin, at)) };
  });
  return { files: found, note: files.length === 0 ? text.trim() : note };
}

/** How many files a window shows without scrolling, at most: as many as it takes to fill so many rows. */
export function filling(files: readonly SheetFile[], rows: number): number {
  let left = rows;
  const last = files.findIndex(({ rows }) => (left -= rows.length + 1) <= 0);
  return last < 0 ? files.length : last + 1;
}

const isRow = (line: string) => /^(\d+ +| +)\S/.test(line);

/** The first row of a file is never within another: who shows a member shows what it is a member of. */
function rowsOf(lines: readonly string[]): Row[] {
  const seen = new Map<string, number>();
  const columns = lines.map((line) => /^\d* +/.exec(line)?.[0].length ?? 0);
  return lines.map((line, number) => {
    const digits = /^\d+/.exec(line)?.[0];
    const named = digits ?? line.trim();
    const times = seen.get(named) ?? 0;
    seen.set(named, times + 1);
    return {
      key: `${named}#${times}`,
      line: digits === undefined ? null : Number(digits),
      depth: Math.max(0, (columns[number]! - columns[0]!) / indentation),
      text: line.slice(columns[number]!),
    };
  });
}
