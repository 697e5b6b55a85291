// Paths by a few letters of them, in their order, as every editor's "go to file" finds them.

export interface Found {
  readonly path: string;
  readonly hits: ReadonlySet<number>;
}

const base = (path: string) => path.lastIndexOf('/') + 1;
const isBreak = (character: string | undefined) => character === undefined || '/_-. '.includes(character);

interface Scored {
  readonly score: number;
  readonly hits: readonly number[];
}

/** The best first; equals stay in the order that is given. Spaces part words that must all be in the path. */
export function find(paths: readonly string[], query: string, most: number): Found[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return paths.slice(0, most).map((path) => ({ path, hits: new Set() }));
  const found: { path: string; score: number; hits: Set<number> }[] = [];
  for (const path of paths) {
    const scores = scoreAll(path, words);
    if (scores === null) continue;
    const score = scores.reduce((sum, one) => sum + one.score, 0) - path.length / 100;
    found.push({ path, score, hits: new Set(scores.flatMap(({ hits }) => hits)) });
  }
  return found.sort((left, right) => right.score - left.score).slice(0, most);
}

function scoreAll(path: string, words: readonly string[]): Scored[] | null {
  const lower = path.toLowerCase();
  const scores: Scored[] = [];
  for (const word of words) {
    const score = whole(lower, word) ?? scattered(lower, path, word);
    if (score === null) return null;
    scores.push(score);
  }
  return scores;
}

/** The word as it stands: best at the beginning of the file's name, then of a part, then anywhere. */
function whole(path: string, word: string): Scored | null {
  let at = path.indexOf(word, base(path));
  const inName = at >= 0;
  if (!inName) at = path.lastIndexOf(word);
  if (at < 0) return null;
  const name = path.slice(base(path));
  const exact = name === word || name.startsWith(`${word}.`) ? 40 : 0;
  const score = 100 + word.length + (inName ? 40 : 0) + (isBreak(path[at - 1]) ? 30 : 0) + (at === base(path) ? 20 : 0) + exact;
  return { score, hits: word.split('').map((_, offset) => at + offset) };
}

/** Its letters in their order, from the end on, so that those of the file's name are taken first. */
function scattered(lower: string, path: string, word: string): Scored | null {
  const hits: number[] = [];
  let score = 0;
  let at = lower.length;
  for (let nth = word.length - 1; nth >= 0; nth -= 1) {
    const before = at;
    at = lower.lastIndexOf(word[nth] ?? '', at - 1);
    if (at < 0 || before === 0) return null;
    const starts = isBreak(lower[at - 1]) || (path[at] !== lower[at] && path[at - 1] === lower[at - 1]);
    score += (starts ? 8 : 0) + (before === at + 1 ? 5 : -1) + (at >= base(lower) ? 2 : 0);
    hits.unshift(at);
  }
  return { score, hits };
}
