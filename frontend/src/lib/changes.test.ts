import { describe, expect, it } from 'vitest';

import { groupsOf, isSame, nextBudget, symbolTotal, type Change, type MapDiff } from './changes';

const none: MapDiff['totals'] = {
  added: 0,
  removed: 0,
  moved: 0,
  signatureChanged: 0,
  rankMoved: 0,
  filesAdded: 0,
  filesRemoved: 0,
  filesChanged: 0,
  filesRenamed: 0,
  filesNotCompared: 0,
};

const change = (kind: Change['kind'], callersUntouched = 0): Change => ({
  kind,
  before: null,
  after: null,
  placeBefore: null,
  placeAfter: null,
  rankBefore: null,
  rankAfter: null,
  members: 0,
  callersTotal: callersUntouched,
  callersUntouched,
  callers: [],
});

describe('the groups of a comparison', () => {
  const changes = [change('ADDED'), change('REMOVED', 2), change('SIGNATURE_CHANGED'), change('SIGNATURE_CHANGED', 5)];
  const groups = groupsOf({ changes, totals: { ...none, added: 4, removed: 1, signatureChanged: 9 } });

  it('begin with the callers that nobody touched, the most first', () => {
    expect(groups[0]?.name).toBe('RISK');
    expect(groups[0]?.changes.map(({ callersUntouched }) => callersUntouched)).toEqual([5, 2]);
  });

  it('have each change once, and say of how many', () => {
    expect(groups.slice(1).map(({ name, total, changes: { length } }) => [name, length, total])).toEqual([
      ['SIGNATURE_CHANGED', 1, 8],
      ['ADDED', 1, 4],
    ]);
  });
});

it('nothing differs only when no file does', () => {
  expect(isSame(none)).toBe(true);
  expect(isSame({ ...none, filesChanged: 1 })).toBe(false);
  expect(symbolTotal({ ...none, added: 2, rankMoved: 3, filesAdded: 7 })).toBe(5);
});

describe('the next budget', () => {
  const omitted = { changes: 3, callers: 0, renames: 0, tokensForNext: 5000 };

  it('doubles, and shows at least one more', () => {
    expect(nextBudget({ omitted, budget: 4000 }, 11_000)).toBe(8000);
    expect(nextBudget({ omitted, budget: 1000 }, 11_000)).toBe(5000);
  });

  it('ends where a page does, and where all is shown', () => {
    expect(nextBudget({ omitted, budget: 9000 }, 11_000)).toBe(11_000);
    expect(nextBudget({ omitted, budget: 11_000 }, 11_000)).toBeNull();
    expect(nextBudget({ omitted: { ...omitted, changes: 0 }, budget: 4000 }, 11_000)).toBeNull();
  });
});
