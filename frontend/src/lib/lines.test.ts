import { describe, expect, test } from 'vitest';

import { hashOf, legible, linesOf, pieces, rangeOf, stretched } from './lines';

describe('a range of lines', () => {
  test.each([
    ['L10', 10, 10],
    ['L10-L20', 10, 20],
    ['L10-20', 10, 20],
    ['10-20', 10, 20],
    ['L20-L10', 10, 20],
  ])('%s is read', (hash, first, last) => expect(rangeOf(hash)).toEqual({ first, last }));

  test.each(['', 'L0', 'L', 'main', 'L1-', 'L1-Lx', 'L99999999999'])('%s is none', (hash) =>
    expect(rangeOf(hash)).toBeNull());

  test('is written as it is read', () => {
    expect(hashOf({ first: 3, last: 3 })).toBe('L3');
    expect(hashOf({ first: 3, last: 9 })).toBe('L3-L9');
  });

  test('stretches from its first line, in both directions', () => {
    expect(stretched({ first: 10, last: 10 }, 14)).toEqual({ first: 10, last: 14 });
    expect(stretched({ first: 10, last: 10 }, 4)).toEqual({ first: 4, last: 10 });
    expect(stretched(null, 4)).toEqual({ first: 4, last: 4 });
  });
});

describe('lines', () => {
  test('end at LF, with or without one at the end of the file', () => {
    expect(linesOf('a\nb\n').lines).toEqual(['a', 'b']);
    expect(linesOf('a\nb').lines).toEqual(['a', 'b']);
    expect(linesOf('').lines).toEqual([]);
  });

  test('say which ending they have', () => {
    expect(linesOf('a\nb\n').ending).toBe('LF');
    expect(linesOf('a\r\nb\r\n').ending).toBe('CRLF');
    expect(linesOf('a\r\nb').ending).toBe('CRLF');
    expect(linesOf('a\r\nb\n').ending).toBe('mixed');
  });

  test('are not ended by a form feed or a lone CR, as they are not for git', () => {
    expect(linesOf('a\fb\rc\u2028d\n').lines).toEqual(['a\fb\rc\u2028d']);
  });
});

describe('what cannot be seen', () => {
  test('is named: overrides of direction, controls, zero widths', () => {
    const hidden = pieces('a\u202eb\u0007c\u200bd').flatMap((piece) => piece.hidden ?? []);
    expect(hidden).toEqual(['U+202E', 'BEL', 'U+200B']);
  });

  test('leaves alone what scripts and emoji are written with', () => {
    expect(pieces('👩‍👧 שלום\t')).toEqual([{ text: '👩‍👧 שלום\t', hidden: null }]);
  });

  test('has its name where no element can stand', () => {
    expect(legible('a\u202eb\x1b[31mc')).toBe('a⟨U+202E⟩b⟨ESC⟩[31mc');
  });

  test('loses no character', () => {
    const text = '\u2066x\u2069y\x00';
    expect(pieces(text).map((piece) => piece.text).join('')).toBe(text);
  });
});
