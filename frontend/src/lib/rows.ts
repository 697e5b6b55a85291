// Which rows of the fleet are shown, and in which order.
import type { FleetRowFragment } from '../generated/operations';
import { underWay } from './states';

export type Row = Pick<FleetRowFragment, 'name' | 'createdAt' | 'clone' | 'map' | 'freshness'>;

export const groups = {
  busy: 'Under way',
  ready: 'Mapped',
  stale: 'Behind upstream',
  failed: 'Failed',
} as const;
export type Group = keyof typeof groups;

export const orders = { newest: 'Newest', name: 'Name', state: 'State' } as const;
export type Order = keyof typeof orders;

const failed = ({ clone, map }: Row) => clone.error !== null || map.error !== null;
const members: Record<Group, (row: Row) => boolean> = {
  busy: (row) => underWay(row) !== null,
  ready: (row) => row.map.state === 'READY',
  stale: (row) => row.freshness.stale === true,
  failed: (row) => underWay(row) === null && failed(row),
};

export const isGroup = (text: string | null): text is Group => text !== null && text in groups;
export const isOrder = (text: string | null): text is Order => text !== null && text in orders;

/** Every word has to be in the name, in any letter case. */
export function matching<T extends Row>(rows: readonly T[], words: string): readonly T[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ name }) => wanted.every((word) => name.toLowerCase().includes(word)));
}

export function grouped<T extends Row>(rows: readonly T[], group: Group | null): readonly T[] {
  return group === null ? rows : rows.filter(members[group]);
}

const byName = (left: Row, right: Row) => (left.name < right.name ? -1 : Number(left.name > right.name));
const byAge = (left: Row, right: Row) =>
  left.createdAt === right.createdAt ? byName(left, right) : left.createdAt < right.createdAt ? 1 : -1;

/** What needs somebody comes first: under way, failed, behind, and then the rest. */
const urgency = (row: Row) => (['busy', 'failed', 'stale'] as const).findIndex((group) => members[group](row)) >>> 0;

export function sorted<T extends Row>(rows: readonly T[], order: Order): readonly T[] {
  const compare = {
    newest: byAge,
    name: byName,
    state: (left: Row, right: Row) => urgency(left) - urgency(right) || byAge(left, right),
  };
  return rows.toSorted(compare[order]);
}
