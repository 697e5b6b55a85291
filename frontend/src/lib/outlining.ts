// The definitions of a file as an outline: how deep each lies, and which one a line is in.

interface Lying {
  readonly startLine: number;
  readonly endLine: number;
}

/** How many of the definitions before it each lies in; they come by line. */
export function depths(symbols: readonly Lying[]): number[] {
  const open: Lying[] = [];
  return symbols.map((symbol) => {
    while (open.length > 0 && !holds(open.at(-1), symbol)) open.pop();
    open.push(symbol);
    return open.length - 1;
  });
}

const holds = (outer: Lying | undefined, inner: Lying) =>
  outer !== undefined && outer.startLine <= inner.startLine && outer.endLine >= inner.endLine && outer.endLine > outer.startLine;

/** The innermost definition around a line, else the last one that began before it; -1 above all of them. */
export function at(symbols: readonly Lying[], line: number): number {
  let before = -1;
  let around = -1;
  for (const [index, { startLine, endLine }] of symbols.entries()) {
    if (startLine > line) break;
    before = index;
    if (endLine >= line) around = index;
  }
  return around >= 0 ? around : before;
}

/** The line of the next definition in a direction; null when there is none. */
export function neighbour(symbols: readonly Lying[], line: number, direction: -1 | 1): number | null {
  const starts = symbols.map(({ startLine }) => startLine);
  const found = direction > 0 ? starts.find((start) => start > line) : starts.findLast((start) => start < line);
  return found ?? null;
}
