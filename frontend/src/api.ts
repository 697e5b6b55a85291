// The only module that knows the network: GraphQL over HTTP for questions and orders, one websocket
// (graphql-transport-ws) for everything that is followed, and how that websocket is doing.
import { createClient } from 'graphql-ws/client';
import { get, readonly, writable } from 'svelte/store';

import { token } from './lib/token';

/** A document as text that remembers what it asks for and what it answers. */
export type Operation<Result, Variables> = string & {
  readonly types?: (variables: Variables) => Result;
};

export type Connection =
  | { readonly state: 'connecting' | 'live' }
  | { readonly state: 'reconnecting'; readonly at: number; readonly since: number }
  | { readonly state: 'offline'; readonly since: number }
  /** The server wants a token, or another one than it was shown; nothing is asked until it has it. */
  | { readonly state: 'refused'; readonly reason: string; readonly shown: boolean };

export interface Follower<Result> {
  /** Whether an answer of which a part could not be read is taken as it is. */
  readonly partial?: boolean;
  next(result: Result): void;
  /** The server answered with an error: asking again would not help. */
  fail(error: ApiError): void;
  /** The server says that nothing more will come. Without it the subscription is begun anew. */
  end?(): void;
}

/** What the server answered when it did not do as asked; `code` and `hint` where it gave them. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly hint: string | null = null,
  ) {
    super(message);
  }
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

const endpoint = new URL('/graphql', location.href);
const waits = [250, 500, 1000, 2000, 2400]; // with a fifth more or less: never more than 3 s
const waitAfterRefusal = 5_000;
// A server that stands still is noticed within 10 s: a ping 5 s after the last pong, whose own has 5 s.
const pingAfter = 5_000;
const pongWithin = 5_000;
const askAgainAfter = 2_000;
// What a proxy answers in the place of a server that is away.
const absent: readonly number[] = [502, 503, 504];
const forbidden = 4403;

/** Asks once, with the token that is kept or to try `shown`: the refusal of that one changes nothing else. */
export async function request<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  { signal, shown }: { signal?: AbortSignal; shown?: string | null } = {},
): Promise<Result> {
  const bearer = shown === undefined ? token.get() : shown;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify({ query: operation, variables }),
    signal: signal ?? null,
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw silence('Check that it is running, then try again.');
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!isAnswer(answer)) {
    if (absent.includes(response.status)) throw silence(`What stands before it answered ${response.status}.`);
    throw new ApiError(`The server answered ${response.status}.`, 'INTERNAL');
  }
  try {
    return dataOf<Result>(answer);
  } catch (error) {
    const { code, message } = error as ApiError;
    if (code === 'UNAUTHENTICATED' && shown === undefined) refuse(message, bearer);
    throw error;
  }
}

/**
 * Follows until the returned function is called, over as many connections as it takes. A refused token
 * ends it as well: whoever follows begins anew when there is another one.
 */
export function subscribe<Result, Variables extends Record<string, unknown>>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  follower: Follower<Result>,
): () => void {
  let stopped = false;
  let failed = false;
  let stop = () => {};
  const begin = () => {
    if (stopped) return;
    const again = (wait: number) => {
      if (!stopped && !failed) setTimeout(begin, wait);
    };
    stop = client.subscribe<Result>(
      { query: operation, variables },
      {
        next: (answer) => {
          try {
            follower.next(dataOf<Result>(answer as Answer, follower.partial));
          } catch (error) {
            failed = true;
            follower.fail(asApiError(error));
          }
        },
        error: (error) => {
          if (!Array.isArray(error)) {
            if (get(state).state === 'refused') return;
            lost(Date.now() + waitAfterRefusal);
            return again(waitAfterRefusal);
          }
          failed = true;
          follower.fail(asApiError(error[0]));
        },
        complete: () => {
          if (stopped || failed) return;
          if (follower.end) follower.end();
          else again(1000);
        },
      },
    );
  };
  begin();
  return () => {
    stopped = true;
    stop();
  };
}

/** Calls back whenever a lost connection is there again. */
export function onReconnected(callback: () => void): () => void {
  return client.on('connected', (_socket, _payload, wasRetry) => {
    if (wasRetry) callback();
  });
}

/**
 * Asks again when the server that did not answer is there again, unless the question was taken back: as soon as the
 * socket is, and after a pause where the socket is not what was lost.
 */
export function whenBack(error: ApiError, signal: AbortSignal, again: () => void): void {
  if (error.code !== 'NETWORK' || signal.aborted) return;
  let wait = askAgainAfter;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forget = connection.subscribe(({ state }) => {
    clearTimeout(timer);
    if (state === 'reconnecting' || state === 'offline') wait = 0;
    else timer = setTimeout(go, wait);
  });
  function stop(): void {
    clearTimeout(timer);
    forget();
  }
  function go(): void {
    stop();
    again();
  }
  signal.addEventListener('abort', stop, { once: true });
}

const state = writable<Connection>({ state: 'connecting' });
export const connection = readonly(state);

let pong: ReturnType<typeof setTimeout> | undefined;
let lostAt = 0;
let shownOnSocket: string | null = null;
let newlyKept = false;

const client = createClient({
  url: Object.assign(new URL(endpoint), { protocol: endpoint.protocol.replace('http', 'ws') }).href,
  keepAlive: pingAfter,
  retryAttempts: Infinity,
  connectionParams: () => {
    shownOnSocket = token.get();
    return shownOnSocket === null ? undefined : { token: shownOnSocket };
  },
  // A token that is refused once is refused again: only another one helps.
  shouldRetry: (event) => (event as Partial<CloseEvent>).code !== forbidden,
  retryWait: waitToRetry,
  on: {
    connecting: (isRetry) => {
      if (!isRetry) state.set({ state: 'connecting' });
    },
    connected: () => {
      lostAt = 0;
      newlyKept = false;
      state.set({ state: 'live' });
    },
    closed: (event) => {
      clearTimeout(pong);
      const { code, reason } = event as CloseEvent;
      if (code === forbidden) refuse(reason.replace(/^Forbidden: /, ''), shownOnSocket);
    },
    // A socket whose other end has vanished stays open for minutes: an unanswered ping ends it.
    ping: (received) => {
      if (!received) pong = setTimeout(() => client.terminate(), pongWithin);
    },
    pong: (received) => {
      if (received) clearTimeout(pong);
    },
  },
});

/** Shows this token from now on, or none. What is followed has to be begun anew. */
export function speakAs(text: string | null): void {
  if (text === null) token.forget();
  else token.keep(text);
  newlyKept = true;
  state.set({ state: 'connecting' });
}

/** Takes the refusal of a token, unless another one was kept meanwhile. A dead one is not shown again. */
function refuse(reason: string, shown: string | null): void {
  if (shown !== token.get() || get(state).state === 'refused') return;
  token.forget();
  state.set({ state: 'refused', reason, shown: shown !== null });
}

function lost(at: number): void {
  lostAt ||= Date.now();
  const since = lostAt;
  state.set(navigator.onLine && at ? { state: 'reconnecting', at, since } : { state: 'offline', since });
}

async function waitToRetry(retries: number): Promise<void> {
  // The refusal of another token may have ended a row of retries, which this one does not continue.
  if (newlyKept) {
    newlyKept = false;
    return;
  }
  const wait = (waits[retries] ?? 2400) * (0.8 + Math.random() * 0.4);
  lost(retries < waits.length ? Date.now() + wait : 0);
  await new Promise<void>((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener('online', go);
      resolve();
    };
    const timer = setTimeout(go, wait);
    addEventListener('online', go);
  });
}

const silence = (hint: string) => new ApiError('The server does not answer.', 'NETWORK', hint);

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);

function dataOf<Result>({ data, errors }: Answer, partial = false): Result {
  const taken = partial && Object.values(data ?? {}).some((value) => value !== null);
  if (errors?.[0] && !taken) throw asApiError(errors[0]);
  return data as Result;
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { message, extensions } = error as { message: string; extensions?: Record<string, unknown> };
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return new ApiError(message, text(extensions?.['code']) ?? 'INTERNAL', text(extensions?.['hint']));
}
