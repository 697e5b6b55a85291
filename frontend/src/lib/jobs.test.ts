import { expect, test } from 'vitest';

import { stageSign, waterfall } from './jobs';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const record = (phase: 'RECEIVING' | 'PARSING' | 'DONE', from: number, to: number | null) => ({
  phase,
  startedAt: at(from),
  finishedAt: to === null ? null : at(to),
  current: null,
  total: null,
});

test('phases lie where they began and are as wide as they took', () => {
  const spans = waterfall({ phases: [record('RECEIVING', 0, 3), record('PARSING', 3, 4)], startedAt: at(0), finishedAt: at(4) }, 0);
  expect(spans.map(({ left, width }) => [left, width])).toEqual([[0, 0.75], [0.75, 0.25]]);
});

test('what is under way ends now', () => {
  const [span] = waterfall({ phases: [record('RECEIVING', 1, null)], startedAt: at(1), finishedAt: null }, 6000);
  expect(span?.took).toBe(5000);
});

test('the end is no phase, and nothing is no picture', () => {
  expect(waterfall({ phases: [record('DONE', 1, 1)], startedAt: at(0), finishedAt: at(1) }, 0)).toEqual([]);
});

test('the last phase of a job that ended has the sign of its end, those before it came through', () => {
  const ended = { finishedAt: at(1) };
  expect((['FAILED', 'CANCELLED', 'QUEUED', 'SUCCEEDED'] as const).map((state) => stageSign(ended, true, state))).toEqual(['cross', 'stop', 'none', 'check']);
  expect(stageSign(ended, false, 'FAILED')).toBe('check');
});

test('a phase turns as long as the job is at it', () => {
  expect(stageSign({ finishedAt: null }, true, 'RUNNING')).toBe('turn');
  expect(stageSign({ finishedAt: at(1) }, true, 'RUNNING')).toBe('check');
});
