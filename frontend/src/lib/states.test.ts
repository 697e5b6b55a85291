import { expect, test } from 'vitest';

import { brokenOff, cloneStates, jobStates, mapStates, underWay } from './states';

const status = (state: string) => ({ state });
type Row = Parameters<typeof underWay>[0];
const row = (clone: string, map: string) => ({ clone: status(clone), map: status(map) }) as unknown as Row;

test('no two states of a kind look the same without colour', () => {
  for (const states of [cloneStates, mapStates, jobStates]) {
    const looks = Object.values(states).map(({ word, sign }) => `${sign} ${word}`);
    expect(new Set(looks).size).toBe(looks.length);
  }
});

test('the clone comes before the map, and what is done is not under way', () => {
  const cloning = row('CLONING', 'QUEUED');
  const building = row('READY', 'BUILDING');
  expect(underWay(cloning)).toBe(cloning.clone);
  expect(underWay(building)).toBe(building.map);
  expect(underWay(row('READY', 'READY'))).toBeNull();
  expect(underWay(row('FAILED', 'NOT_STARTED'))).toBeNull();
});

test('what failed or was cancelled is broken off until somebody is at work on it again', () => {
  expect(brokenOff(row('FAILED', 'NOT_STARTED'))).toBe(true);
  expect(brokenOff(row('READY', 'CANCELLED'))).toBe(true);
  expect(brokenOff(row('QUEUED', 'FAILED'))).toBe(false);
  expect(brokenOff(row('READY', 'READY'))).toBe(false);
});
