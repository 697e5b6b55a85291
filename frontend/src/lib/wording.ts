// Two lines of code word by word: what the one has and the other has not.

export interface Part {
  readonly text: string;
  readonly changed: boolean;
}

const words = (text: string) => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];

/** Marks words on both sides that are not in the longest row of words that both have; 1 ms for 300 words each. */
export function compared(before: string, after: string): { readonly before: Part[]; readonly after: Part[] } {
  const [left, right] = [words(before), words(after)];
  const longest = lengths(left, right);
  const kept: [Set<number>, Set<number>] = [new Set(), new Set()];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) {
      kept[0].add(i++);
      kept[1].add(j++);
    } else if (longest[i + 1]![j]! >= longest[i]![j + 1]!) i++;
    else j++;
  }
  return { before: parts(left, kept[0]), after: parts(right, kept[1]) };
}

/** How many words the rests of both sides have in common, from each pair of places on. */
function lengths(left: readonly string[], right: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      table[i]![j] = left[i] === right[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}

function parts(side: readonly string[], kept: ReadonlySet<number>): Part[] {
  const found: { text: string; changed: boolean }[] = [];
  side.forEach((text, index) => {
    const changed = !kept.has(index);
    const last = found.at(-1);
    if (last && last.changed === changed) last.text += text;
    else found.push({ text, changed });
  });
  return found;
}
