// The default tabs, in the order of a first visit: clone, follow, list, read the map, search.
import clone from './examples/1-clone.graphql?raw';
import follow from './examples/2-follow.graphql?raw';
import fleet from './examples/3-fleet.graphql?raw';
import map from './examples/4-map.graphql?raw';
import symbols from './examples/5-symbols.graphql?raw';

const variables = (value: Record<string, unknown>) => JSON.stringify(value, null, 2);

export const examples = [
  { query: clone, variables: variables({ url: 'https://github.com/encode/starlette' }) },
  { query: follow, variables: variables({ id: 'the id that cloneRepository gave' }) },
  { query: fleet },
  { query: map, variables: variables({ url: 'https://github.com/encode/starlette', tokens: 2000, focus: 'websocket' }) },
  { query: symbols, variables: variables({ url: 'https://github.com/encode/starlette', query: 'route' }) },
];
