// The lines of a file: cut, numbered, named in a URL, and with what cannot be seen made visible.

export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Reads `L10` and `L10-L20` (also `L10-20`); null for what is no range of lines. */
export function rangeOf(hash: string): LineRange | null {
  const found = /^L?([1-9]\d{0,8})(?:\s*[-–:]\s*L?([1-9]\d{0,8}))?$/i.exec(hash.trim());
  if (found === null) return null;
  const one = Number(found[1]);
  const other = Number(found[2] ?? found[1]);
  return { first: Math.min(one, other), last: Math.max(one, other) };
}

export const hashOf = ({ first, last }: LineRange) => (first === last ? `L${first}` : `L${first}-L${last}`);

/** The range from where a selection began to another line. */
export function stretched(range: LineRange | null, line: number): LineRange {
  const anchor = range?.first ?? line;
  return { first: Math.min(anchor, line), last: Math.max(anchor, line) };
}

export type Ending = 'LF' | 'CRLF' | 'mixed';

export interface Lines {
  readonly lines: readonly string[];
  readonly ending: Ending;
  /** Characters of the longest line. */
  readonly longest: number;
}

/** Lines end where git and the parsers end them: at LF, with or without a CR before it. */
export function linesOf(text: string): Lines {
  const raw = text.split('\n');
  if (raw.at(-1) === '') raw.pop();
  const ended = raw.length - (text.endsWith('\n') ? 0 : 1);
  let returns = 0;
  let longest = 0;
  const lines = raw.map((line) => {
    const stripped = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (stripped !== line) returns += 1;
    longest = Math.max(longest, stripped.length);
    return stripped;
  });
  return { lines, ending: returns === 0 ? 'LF' : returns >= ended ? 'CRLF' : 'mixed', longest };
}

/** Text, or one character that would not be seen or would turn around what is seen, by its name. */
export interface Piece {
  readonly text: string;
  readonly hidden: string | null;
}

// Controls but the tab, soft hyphens, zero widths, marks and overrides of direction, separators, tags.
// U+200C and U+200D are left: scripts and emoji are written with them.
const unseen =
  /[\0-\x08\n-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(unseen)) {
    if (index > from) found.push({ text: text.slice(from, index), hidden: null });
    found.push({ text: character, hidden: nameOf(character) });
    from = index + character.length;
  }
  if (from < text.length) found.push({ text: text.slice(from), hidden: null });
  return found;
}

/** The same as plain text, where no element can stand: on a canvas, in a name that is read out. */
export const legible = (text: string) =>
  pieces(text).map((piece) => (piece.hidden === null ? piece.text : `⟨${piece.hidden}⟩`)).join('');

const controls =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(' ');

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return controls[code] ?? (code === 0x7f ? 'DEL' : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`);
}

/** Whether it is no text, by the sign and within the characters that git itself goes by. */
export const isBinary = (text: string) => text.slice(0, 8000).includes('\0');
