import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Newest } from './newest';

interface Sent {
  readonly question: number;
  readonly signal: AbortSignal;
  readonly answer: () => void;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function asked(): { newest: Newest<number>; sent: Sent[] } {
  const sent: Sent[] = [];
  const newest = new Newest<number>(
    (question, signal) => new Promise((resolve) => sent.push({ question, signal, answer: () => resolve() })),
  );
  return { newest, sent };
}

test('what is asked while one is under way waits, and only the newest of it', async () => {
  const { newest, sent } = asked();
  for (const question of [1, 2, 3, 4]) newest.ask(question);
  expect(sent.map(({ question }) => question)).toEqual([1]);
  expect(newest.waits).toBe(true);
  sent[0]!.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map(({ question }) => question)).toEqual([1, 4]);
  expect(sent[0]!.signal.aborted).toBe(false);
  expect(newest.waits).toBe(false);
});

test('a slow one is given up when a newer one waits, and goes on when none does', async () => {
  const { newest, sent } = asked();
  newest.ask(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(sent[0]!.signal.aborted).toBe(false);
  newest.ask(2);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent[0]!.signal.aborted).toBe(true);
  expect(sent.map(({ question }) => question)).toEqual([1, 2]);
});

test('nothing is sent after the end', async () => {
  const { newest, sent } = asked();
  newest.ask(1);
  newest.ask(2);
  newest.stop();
  sent[0]!.answer();
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toHaveLength(1);
  expect(sent[0]!.signal.aborted).toBe(true);
});
