// A signature in pieces: the name that it declares, and the words of the focus that are in it.

export interface Piece {
  readonly text: string;
  readonly name: boolean;
  readonly mark: boolean;
}

const shortest = 3;
const common = new Set(['and', 'are', 'but', 'does', 'for', 'from', 'how', 'into', 'not', 'the', 'this', 'that', 'what', 'when', 'where', 'which', 'why', 'with']);

/** Gives what finds the words of a text, those of three letters and more; null for a text without any. */
export function wordsOf(text: string): RegExp | null {
  const words = text.split(/[^\p{L}\p{N}]+/u).flatMap((word) => word.split(/(?<=\p{Ll})(?=\p{Lu})/u));
  const kept = new Set(words.map((word) => word.toLowerCase()).filter((word) => word.length >= shortest && !common.has(word)));
  // The longest first: of `route` and `router` the one that is there is found whole.
  const sorted = [...kept].sort((left, right) => right.length - left.length);
  return sorted.length > 0 ? new RegExp(`(?:${sorted.join('|')})`, 'giu') : null;
}

/** Cuts a text at its name, where it stands as a whole word, and at what `words` finds. */
export function piecesOf(text: string, name: string, words: RegExp | null): Piece[] {
  const at = nameAt(text, name);
  const cuts = new Set([0, text.length, at, at < 0 ? -1 : at + name.length]);
  const marked = words ? [...text.matchAll(words)].map((match) => [match.index, match.index + match[0].length] as const) : [];
  for (const [start, end] of marked) cuts.add(start).add(end);
  cuts.delete(-1);
  const places = [...cuts].sort((left, right) => left - right);
  return places.slice(1).map((end, number) => {
    const start = places[number]!;
    return {
      text: text.slice(start, end),
      name: at >= 0 && start >= at && end <= at + name.length,
      mark: marked.some(([from, to]) => start >= from && end <= to),
    };
  });
}

function nameAt(text: string, name: string): number {
  if (name === '') return -1;
  const part = /[\p{L}\p{N}_$]/u;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!part.test(text[at - 1] ?? '') && !part.test(text[at + name.length] ?? '')) return at;
  }
  return -1;
}
