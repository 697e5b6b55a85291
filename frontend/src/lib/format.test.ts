import { describe, expect, test } from 'vitest';

import { age, bytes, count, duration, shortCommit } from './format';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_234_567, '1.2 MB'],
  [20_500_000_000, '20.5 GB'],
])('%i bytes are %s', (value, words) => expect(bytes(value)).toBe(words));

test.each([
  [-5, '0 s'],
  [849, '0.8 s'],
  [12_900, '12 s'],
  [185_000, '3 min 05 s'],
  [7_805_000, '2 h 10 min'],
])('%i ms are %s', (value, words) => expect(duration(value)).toBe(words));

describe('an age', () => {
  const then = '2026-01-01T12:00:00Z';
  const after = (seconds: number) => age(then, Date.parse(then) + seconds * 1000);

  test('of less than a minute is now, whatever the clocks say', () => {
    expect([after(-30), after(0), after(59)]).toEqual(['just now', 'just now', 'just now']);
  });
  test('is said in the largest unit that is full', () => {
    expect([after(60), after(3599), after(7200), after(86_400), after(864_000)]).toEqual([
      '1 minute ago', '59 minutes ago', '2 hours ago', 'yesterday', '10 days ago',
    ]);
  });
});

test('counts have their thousands apart, commits nine digits', () => {
  expect(count(1_204_310)).toBe('1,204,310');
  expect(shortCommit('0123456789abcdef')).toBe('012345678');
});
