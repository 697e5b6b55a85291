// The default tabs, in the order of a first visit: clone, follow its progress, read the map, search with callers, compare.
import clone from './examples/1-clone.graphql?raw';
import progress from './examples/2-progress.graphql?raw';
import map from './examples/3-map.graphql?raw';
import search from './examples/4-search.graphql?raw';
import diff from './examples/5-diff.graphql?raw';

const variables = (value: Record<string, unknown>) => JSON.stringify(value, null, 2);
const url = 'https://github.com/encode/starlette';

export const examples = [
  { query: clone, variables: variables({ url }) },
  { query: progress, variables: variables({ id: 'the id that cloneRepository gave' }) },
  { query: map, variables: variables({ url, tokens: 2000, focus: 'websocket' }) },
  { query: search, variables: variables({ url, query: 'route' }) },
  { query: diff, variables: variables({ url, base: '0.46.0', tokens: 2000 }) },
];
