// How a table is sorted, as its URL says it: `lines` from the smallest, `-lines` from the largest.

export interface Order {
  readonly by: string;
  readonly down: boolean;
}

export function orderOf(text: string | null, known: readonly string[], usual: Order): Order {
  const down = text?.startsWith('-') ?? false;
  const by = down ? text?.slice(1) : text;
  return by && known.includes(by) ? { by, down } : usual;
}

export const written = ({ by, down }: Order) => (down ? `-${by}` : by);

/** The other direction for the same column; numbers begin at the largest. */
export const turned = (now: Order, by: string, isNumber: boolean): Order =>
  now.by === by ? { by, down: !now.down } : { by, down: isNumber };

/** Sorts by a value that is text or a number; null comes last both ways. */
export function sorted<Row>(rows: readonly Row[], { down }: Order, value: (row: Row) => string | number | null): Row[] {
  return [...rows].sort((left, right) => {
    const [one, other] = [value(left), value(right)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    const found = typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other));
    return down ? -found : found;
  });
}
