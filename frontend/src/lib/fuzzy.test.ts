import { describe, expect, test } from 'vitest';

import { find } from './fuzzy';

describe('the finder of files', () => {
  const paths = ['src/flask/app.py', 'tests/test_apps/app.py', 'docs/api.rst', 'src/flask/sansio/app.py', 'src/flask/wrappers.py'];
  const first = (query: string) => find(paths, query, 5)[0]?.path;

  test('prefers the name of the file, then what comes first', () => {
    expect(first('app')).toBe('src/flask/app.py');
    expect(first('wrap')).toBe('src/flask/wrappers.py');
  });
  test('takes letters in their order and words in any', () => {
    expect(first('sanapp')).toBe('src/flask/sansio/app.py');
    expect(first('app tests')).toBe('tests/test_apps/app.py');
  });
  test('finds nothing where a letter is missing', () => expect(find(paths, 'zzz', 5)).toEqual([]));
  test('marks what it found', () => expect([...(find(['a/bc.py'], 'bc', 1)[0]?.hits ?? [])]).toEqual([2, 3]));
});
