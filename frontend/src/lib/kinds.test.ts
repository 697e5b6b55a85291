import { expect, test } from 'vitest';

import { kindsOf } from './kinds';

test('a kind is asked for by its word or by its group', () => {
  expect(kindsOf('class')).toEqual(['CLASS']);
  expect(kindsOf('functions')).toEqual(['FUNCTION', 'METHOD', 'CONSTRUCTOR', 'MACRO']);
  expect(kindsOf('nonsense')).toBeNull();
});
