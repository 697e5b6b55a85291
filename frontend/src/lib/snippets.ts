// The question of a map as something to paste elsewhere: a GraphQL document, a line for a shell, a tool call of MCP.
// Each asks for what the page shows, and runs as it stands; a token is named, never shown.
import type { RepoMapQueryVariables } from '../generated/operations';

export interface Asked {
  readonly origin: string;
  /** The repository by its URL, which another server understands as well. */
  readonly url: string;
  /** Whether the server wants a token. */
  readonly byToken: boolean;
  readonly variables: RepoMapQueryVariables;
}

/** JSON's strings are GraphQL's; an enum's value is a bare word. */
const written = (value: unknown) => JSON.stringify(value);

export function graphqlOf({ url, variables }: Asked): string {
  const { ref, tokens, focus, paths, languages, order, lines } = variables;
  const given = [
    `tokens: ${tokens}`,
    focus?.text ? `focus: { text: ${written(focus.text)} }` : '',
    paths ? `paths: ${written(paths)}` : '',
    languages ? `languages: ${written(languages)}` : '',
    order === 'RANK' ? '' : `orderBy: ${order}`,
    lines ? '' : 'lineNumbers: false',
  ].filter(Boolean);
  return `query {
  repository(url: ${written(url)}) {
    snapshot${ref ? `(ref: ${written(ref)})` : ''} {
      commit
      repoMap(${given.join(', ')}) {
        text
        tokens
        omitted { files symbols tokensForNext }
      }
    }
  }
}`;
}

/** Within single quotes a shell reads everything as it is, but for the quote itself. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

export function curlOf(asked: Asked): string {
  const query = graphqlOf(asked).split('\n').map((line) => line.trim()).join(' '); // no string has a line's end in it
  return [
    `curl -sS ${quoted(`${asked.origin}/graphql`)}`,
    `-H 'Content-Type: application/json'`,
    ...(asked.byToken ? ['-H "Authorization: Bearer $GRATICULE_TOKEN"'] : []),
    `--data-raw ${quoted(JSON.stringify({ query }))}`,
  ].join(' \\\n  ');
}

export function mcpOf({ url, variables }: Asked): string {
  const { ref, tokens, focus, paths, languages, order, lines } = variables;
  const call = {
    name: 'get_source_repo_map',
    arguments: {
      repo_path: url,
      ...(ref ? { branch: ref } : {}),
      max_tokens: tokens,
      ...(focus?.text ? { focus: focus.text } : {}),
      ...(paths ? { paths } : {}),
      ...(languages ? { languages } : {}),
      ...(order === 'RANK' ? {} : { order_by: order }),
      ...(lines ? {} : { line_numbers: false }),
    },
  };
  return JSON.stringify(call, null, 2);
}

/** What a client of MCP has in its settings for this server. */
export function mcpServerOf({ origin, byToken }: Asked): string {
  const headers = byToken ? { headers: { Authorization: 'Bearer $GRATICULE_TOKEN' } } : {};
  return JSON.stringify({ mcpServers: { graticule: { type: 'http', url: `${origin}/mcp`, ...headers } } }, null, 2);
}
