import { describe, expect, test } from 'vitest';

import { Highlighter, type Kind } from './highlight';

const read = (text: string, language: string | null, path = '') => {
  const lines = text.split('\n');
  return new Highlighter(lines, language, path).tokens(0, lines.length);
};
const only = (kind: Kind, text: string, language: string) =>
  read(text, language).flatMap((line) => line.filter((token) => token.kind === kind).map((token) => token.text));

describe('source', () => {
  test('is told apart: keywords, texts, numbers, comments', () => {
    expect(read("if x == 0x1F: return 'a # b'  # c", 'python')[0]).toEqual([
      { kind: 'keyword', text: 'if' },
      { kind: 'plain', text: ' x == ' },
      { kind: 'number', text: '0x1F' },
      { kind: 'plain', text: ': ' },
      { kind: 'keyword', text: 'return' },
      { kind: 'plain', text: ' ' },
      { kind: 'text', text: "'a # b'" },
      { kind: 'plain', text: '  ' },
      { kind: 'comment', text: '# c' },
    ]);
  });

  test('goes on with what crosses lines', () => {
    expect(only('text', 'x = """a\nif b\n""" + y', 'python')).toEqual(['"""a', 'if b', '"""']);
    expect(only('comment', 'a /* b\nint c\n*/ int d', 'c')).toEqual(['/* b', 'int c', '*/']);
  });

  test.each([
    ['rust', "fn a<'a>(x: &'a str) { 'b' }", ["'b'"]],
    ['go', 'x := `a\n"b` + "c"', ['`a', '"b`', '"c"']],
    ['javascript', "a = `x ${1}\ny`; b = 'it\\'s'", ['`x ${1}', 'y`', "'it\\'s'"]],
    ['python', "a = 'unended\nb = 'ok'", ["'unended", "'ok'"]],
  ])('in %s knows its texts', (language, text, texts) => expect(only('text', text, language)).toEqual(texts));

  test('loses no character, whatever it is', () => {
    const text = '\t"a\\\n/* \u202e é 👩‍👧 */ 12.5e3 #\n\'\'\' `';
    for (const language of ['python', 'c', 'rust', 'html', 'sql', 'yaml', 'none', null]) {
      expect(read(text, language).map((line) => line.map((token) => token.text).join('')).join('\n')).toBe(text);
    }
  });

  test('is the same wherever one begins to read', () => {
    const lines = Array.from({ length: 450 }, (_, nth) => (nth % 90 === 0 ? '"""' : `if a${nth}: return 1`));
    const whole = new Highlighter(lines, 'python').tokens(0, 450);
    expect(new Highlighter(lines, 'python').tokens(333, 350)).toEqual(whole.slice(333, 350));
  });

  test('is known by the extension where no language is named', () => {
    expect(read('a: true # b', null, 'x/ci.yml')[0]?.map(({ kind }) => kind)).toEqual(['plain', 'keyword', 'plain', 'comment']);
  });
});
