import { describe, expect, test } from 'vitest';

import { nameParts } from './match';

const marked = (name: string, query: string) =>
  nameParts(name, query)
    .map(({ text, hit }) => (hit ? `[${text}]` : text))
    .join('');

describe('what a search found of a name', () => {
  test.each([
    ['build_repo_map', 'repoMap', 'build_[repo]_[map]'],
    ['build_repo_map', 'map build', '[build]_repo_[map]'],
    ['build_repo_map', 'brm', '[b]uild_[r]epo_[m]ap'],
    ['wsgi_app', 'Flask.wsgi', '[wsgi]_app'],
    ['errorOr', 'or', 'error[Or]'],
    ['unseen', 'x', 'unseen'],
    ['anything', '', 'anything'],
  ])('%s by %s', (name, query, shown) => expect(marked(name, query)).toBe(shown));
});
