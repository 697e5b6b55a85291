import { afterEach, expect, test, vi } from 'vitest';

import { isWord, pasted, token } from './token';

afterEach(() => vi.unstubAllGlobals());

test('what comes along with a pasted token is left out', () => {
  expect(pasted('  Bearer gra_abc\n')).toBe('gra_abc');
  expect(pasted('bearer   gra_abc')).toBe('gra_abc');
  expect(pasted('gra_abc')).toBe('gra_abc');
});

test('a browser without storage keeps the token as long as the page', () => {
  const refuse = () => {
    throw new Error('SecurityError');
  };
  vi.stubGlobal('sessionStorage', { getItem: refuse, setItem: refuse, removeItem: refuse });
  token.keep('gra_abc');
  expect(token.get()).toBe('gra_abc');
  token.forget();
  expect(token.get()).toBeNull();
});

test('a header takes one word', () => {
  expect(isWord('gra_abc')).toBe(true);
  for (const text of ['gra abc', 'gra\u00e9', 'gra\nabc', '']) expect(isWord(text)).toBe(false);
});
