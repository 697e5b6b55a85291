import { expect, test } from 'vitest';

import { grouped, matching, type Row, sorted } from './rows';

const status = { completedAt: null, progress: null, error: null, job: null };
const row = (name: string, more: Partial<Row> = {}): Row => ({
  name,
  createdAt: '2026-01-01T00:00:00Z',
  clone: { ...status, state: 'READY' },
  map: { ...status, state: 'READY' },
  freshness: { servedCommit: null, remoteHead: null, stale: false, checkedAt: null },
  ...more,
});
const failure = { code: 'NETWORK', message: '', retryable: true, hint: null } as const;
const flask = row('github.com/pallets/Flask');
const busy = row('github.com/a/busy', { clone: { ...status, state: 'CLONING' } });
const broken = row('github.com/a/broken', { clone: { ...status, state: 'FAILED', error: failure } });
const names = (rows: readonly Row[]) => rows.map(({ name }) => name.slice(name.lastIndexOf('/') + 1));

test('every word of a filter has to be in the name, in any letter case', () => {
  expect(names(matching([flask, busy], 'FLASK pallets'))).toEqual(['Flask']);
  expect(matching([flask, busy], 'flask busy')).toEqual([]);
});

test('a failure that is tried again is under way and not failed', () => {
  const again = row('x/y/again', { clone: { ...status, state: 'QUEUED', error: failure } });
  expect(grouped([again], 'failed')).toEqual([]);
  expect(grouped([again], 'busy')).toEqual([again]);
});

test('by state what needs somebody comes first', () => {
  expect(names(sorted([flask, broken, busy], 'state'))).toEqual(['busy', 'broken', 'Flask']);
});

test('by age the newest comes first, and equal ages by name', () => {
  const newer = row('x/y/newer', { createdAt: '2026-02-01T00:00:00Z' });
  expect(names(sorted([flask, busy, newer], 'newest'))).toEqual(['newer', 'busy', 'Flask']);
});
