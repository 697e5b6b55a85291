import { expect, test } from 'vitest';

import { counter, counters, phaseName, positionOf, segments } from './phases';

test('a counter shows what is known and nothing else', () => {
  expect(counter('RECEIVING', 1204, 5310)).toBe('1,204 of 5,310 objects');
  expect(counter('PARSING', 12, null)).toBe('12 files');
  expect(counter('LINKING', 7, null)).toBe('7');
  expect(counter('RECEIVING', null, 10)).toBe('');
});

test('bytes and speed follow the counter when the server gives them', () => {
  const progress = { phase: 'RECEIVING', current: 5, total: 10, fraction: 0.5, receivedBytes: '2500000', bytesPerSecond: 1000, secondsRemaining: null, message: null } as const;
  expect(counters(progress)).toEqual(['5 of 10 objects', '2.5 MB', '1.0 kB/s']);
  expect(counters({ ...progress, current: null, receivedBytes: null, bytesPerSecond: null })).toEqual([]);
});

test('the segments of the bar are in the order of the work, each phase in one of them', () => {
  const phases = segments.flatMap(({ phases }) => phases);
  const positions = phases.map(positionOf);
  expect(positions).toEqual([...positions].sort((left, right) => left - right));
  expect(new Set(phases).size).toBe(phases.length);
  expect(phases.map(phaseName)).not.toContain(undefined);
});
