import { expect, test } from 'vitest';

import { type Known, refGroups, type RefView } from './refgroups';

const ref = (name: string, commit = 'c0ffee'): RefView => ({ ref: name, name, commit, builtAt: null });
const titled = (refs: Known, part: string) =>
  refGroups(refs, part).map(({ title, list }) => [title, ...list.map(({ name }) => name)]);

test('a map is found by a part of its name or of its commit', () => {
  const refs = { mapped: [ref('main', 'abc123'), ref('dev', 'def456')], branches: [], tags: [] };
  expect(titled(refs, ' MAI ')).toEqual([['Mapped', 'main']]);
  expect(titled(refs, 'f45')).toEqual([['Mapped', 'dev']]);
});

test('what has a map is offered once, and what there is none of has no title', () => {
  const refs = { mapped: [ref('main')], branches: [ref('main'), ref('side')], tags: [ref('main')] };
  expect(titled(refs, '')).toEqual([['Mapped', 'main'], ['Branches without a map', 'side']]);
});
