import { describe, expect, test } from 'vitest';

import { forgeLink } from './forge';

const commit = 'c'.repeat(40);
const lines = { first: 3, last: 9 };
const one = { first: 3, last: 3 };

describe('a link to the forge', () => {
  test.each([
    ['https://github.com/pallets/flask', lines, `https://github.com/pallets/flask/blob/${commit}/a.py#L3-L9`],
    ['https://github.com/pallets/flask.git', one, `https://github.com/pallets/flask/blob/${commit}/a.py#L3`],
    ['https://gitlab.com/group/sub/name.git', lines, `https://gitlab.com/group/sub/name/-/blob/${commit}/a.py#L3-9`],
    ['https://gitlab.example.org/a/b', null, `https://gitlab.example.org/a/b/-/blob/${commit}/a.py`],
    ['https://bitbucket.org/a/b', lines, `https://bitbucket.org/a/b/src/${commit}/a.py#lines-3:9`],
    ['https://bitbucket.org/a/b', one, `https://bitbucket.org/a/b/src/${commit}/a.py#lines-3`],
  ])('of %s at %o', (url, range, href) => expect(forgeLink(url, commit, 'a.py', range)?.href).toBe(href));

  test.each(['file:///srv/a', 'ssh://git@github.com/a/b', 'https://example.org/a/b', 'https://notgithub.com/a/b'])(
    'is not guessed for %s',
    (url) => expect(forgeLink(url, commit, 'a.py', null)).toBeNull(),
  );

  test('takes a path with what means something in a URL', () => {
    expect(forgeLink('https://github.com/a/b', commit, 'ä b/c#d?e%20.py', null)?.href).toBe(
      `https://github.com/a/b/blob/${commit}/%C3%A4%20b/c%23d%3Fe%2520.py`,
    );
  });
});
