// A comparison in the order in which it is read: first what can break a use that nobody has looked at.
import type { ChangeKind, MapDiffQuery } from '../generated/operations';

export type MapDiff = NonNullable<NonNullable<MapDiffQuery['repository']>['snapshot']>['diff'];
export type Change = MapDiff['changes'][number];
type Totals = MapDiff['totals'];

/** A sign and words: a colour alone says nothing. */
export interface Kind {
  readonly sign: string;
  readonly words: string;
  readonly total: keyof Totals;
}

export const kinds: Record<ChangeKind, Kind> = {
  SIGNATURE_CHANGED: { sign: '~', words: 'another signature', total: 'signatureChanged' },
  REMOVED: { sign: '−', words: 'removed', total: 'removed' },
  MOVED: { sign: '→', words: 'moved', total: 'moved' },
  ADDED: { sign: '+', words: 'added', total: 'added' },
  RANK_MOVED: { sign: '↕', words: 'rank moved', total: 'rankMoved' },
};

export interface Group {
  readonly name: string;
  readonly title: string;
  /** How many there are, shown or not; null where that is not known. */
  readonly total: number | null;
  readonly changes: readonly Change[];
}

const titles: readonly (readonly [ChangeKind, string])[] = [
  ['SIGNATURE_CHANGED', 'Other signatures'],
  ['REMOVED', 'Removed'],
  ['MOVED', 'Moved'],
  ['ADDED', 'Added'],
  ['RANK_MOVED', 'Ranks that moved'],
];

/** Each change once: those with untouched callers by themselves, the most of them first. */
export function groupsOf({ changes, totals }: Pick<MapDiff, 'changes' | 'totals'>): readonly Group[] {
  const risky = changes.filter(({ callersUntouched }) => callersUntouched > 0);
  risky.sort((left, right) => right.callersUntouched - left.callersUntouched);
  const rest = changes.filter(({ callersUntouched }) => callersUntouched === 0);
  const groups = titles.map(([kind, title]) => {
    const total = totals[kinds[kind].total] - risky.filter((one) => one.kind === kind).length;
    return { name: kind, title, total, changes: rest.filter((one) => one.kind === kind) };
  });
  const first = { name: 'RISK', title: 'Callers that nobody touched', total: null, changes: risky };
  return [first, ...groups].filter((group) => group.changes.length > 0);
}

export const symbolTotal = (totals: Totals) =>
  Object.values(kinds).reduce((sum, { total }) => sum + totals[total], 0);

/** Nothing differs, neither symbols nor files. */
export const isSame = (totals: Totals) => Object.values(totals).every((value) => value === 0);

/** The next budget to ask for, or null when more would not help or is not given. */
export function nextBudget({ omitted, budget }: Pick<MapDiff, 'omitted' | 'budget'>, largest: number): number | null {
  const left = omitted.changes + omitted.callers + omitted.renames;
  if (left === 0 || budget >= largest) return null;
  return Math.min(largest, Math.max(budget * 2, omitted.tokensForNext ?? 0));
}
