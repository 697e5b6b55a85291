// Asks with the token that the dashboard keeps in this tab, unless the headers editor has another one.
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { type Client, createClient } from 'graphql-ws';

import { token } from '../src/lib/token';

type Given = Readonly<Record<string, unknown>>;

const endpoint = new URL('/graphql', location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';
const forbidden = 4403;

/** One client an operation: a socket has the token that it was opened with, tabs may have others. */
export const fetcher: Fetcher = (operation, options) =>
  createGraphiQLFetcher({
    url: endpoint.href,
    fetch: fetchAs,
    wsClient: socketAs(credentials(options?.headers ?? {})),
  })(operation, options);

const fetchAs: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  const kept = token.get();
  if (kept !== null && !headers.has('authorization')) headers.set('authorization', `Bearer ${kept}`);
  return fetch(input, { ...init, headers });
};

function socketAs(connectionParams: Given): Client {
  const client = createClient({
    url: socket.href,
    connectionParams,
    retryAttempts: 10,
    shouldRetry: (event) => (event as Partial<CloseEvent>).code !== forbidden,
  });
  // What the server said when it closed is the answer, in the form of every other error.
  const told = (error: unknown) =>
    error instanceof CloseEvent && error.reason ? [{ message: error.reason, extensions: { closed: error.code } }] : error;
  return {
    ...client,
    subscribe: (operation, sink) => client.subscribe(operation, { ...sink, error: (error) => sink.error(told(error)) }),
  };
}

/** A browser sets no headers on a websocket: the server reads the same from the first message. */
function credentials(headers: Given): Given {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === 'authorization');
  if (name !== undefined) return { authorization: headers[name] };
  const kept = token.get();
  return kept === null ? {} : { token: kept };
}
