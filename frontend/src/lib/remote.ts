// What a pasted text names, said while it is typed. It follows services/acquire/remotes.py as far as a page can:
// what depends on the server's policy (ports, addresses, hosts without a dot) is left to the server, and so is
// whether the repository is there at all. remote.cases.json holds both to the same answers.

export interface Named {
  readonly kind: 'named';
  readonly url: string;
  /** host/owner/name, without `.git`. */
  readonly name: string;
  readonly ref: string | null;
}

export type Understood =
  | Named
  /** It can be no repository, whatever the server allows. */
  | { readonly kind: 'wrong'; readonly reason: string }
  /** Nothing can be said of it here: it is unfinished, or up to the server. */
  | { readonly kind: 'open' };

const open: Understood = { kind: 'open' };
const wrong = (reason: string): Understood => ({ kind: 'wrong', reason });

const shorthand = /^[a-z0-9][a-z0-9-]*\/[\w.-]+\/?$/i;
const scp = /^git@([^:/@]+):([^:].*)$/;
const authority = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::([1-9]\d{0,4}))?$/i;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const segment = /^([\w.~+@!$',()=-]|%20|%[89a-f][0-9a-f])+$/i;
const nowhere = /^\.{0,2}(\.git)*$/;
const commit = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const page = 'This is a page of a repository, not a repository.';
const ports: Readonly<Record<string, string>> = { https: '443', http: '80', ssh: '22', git: '9418' };

export function understand(pasted: string): Understood {
  const text = pasted.trim();
  if (text === '' || text.startsWith('/') || /^file:/i.test(text)) return open;
  if (/\s/.test(text)) return wrong('An address has no space in it.');
  if (/[\\?#]/.test(text)) return wrong('The address has a query, a fragment or a backslash: leave that away.');
  const [scheme, rest] = split(text);
  if (!(scheme in ports)) return wrong(`${scheme}:// is no way to a git repository.`);
  const slash = rest.indexOf('/');
  if (slash < 0) return open;
  return read(scheme, rest.slice(0, slash), rest.slice(slash + 1));
}

/** The protocol and what follows it; the ssh form is asked for over https, as the server does where it may. */
function split(text: string): readonly [string, string] {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  if (scheme?.[1]) return [scheme[1].toLowerCase(), text.slice(scheme[0].length)];
  const form = scp.exec(text);
  if (form) return ['https', `${form[1]}/${form[2]}`];
  return ['https', shorthand.test(text) ? `github.com/${text}` : text];
}

function read(scheme: string, place: string, tail: string): Understood {
  const bare = scheme === 'ssh' ? place.replace(/^git@/, '') : place;
  if (bare.includes('@')) return wrong('The address has a user name or a password: the server takes none.');
  const [, named = '', port = ''] = authority.exec(bare) ?? [];
  const host = named.toLowerCase();
  if (!host.split('.').every((one) => label.test(one)) || /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host)) return open;
  const parts = tail.split('/').filter(Boolean).map((part) => part.replace(/%../g, (escape) => escape.toUpperCase()));
  if (parts.some((part) => nowhere.test(part) || !segment.test(part))) return wrong('A part of the path names nothing.');
  if (parts.length < 2) return open;
  return built(scheme, port === ports[scheme] || port === '' ? host : `${host}:${port}`, host, parts);
}

function built(scheme: string, shown: string, host: string, parts: readonly string[]): Understood {
  const found = pageOf(parts, host);
  if (typeof found === 'string') return wrong(found);
  const path = found.path.join('/');
  const explicit = (scheme === 'http' || scheme === 'git') && shown === host ? `:${ports[scheme]}` : '';
  return {
    kind: 'named',
    url: `${scheme}://${scheme === 'ssh' ? 'git@' : ''}${shown}/${path}`,
    name: `${shown}${explicit}/${path.replace(/\.git$/, '')}`,
    ref: found.ref,
  };
}

/** The repository and the ref of a tree, blob or commit page; a sentence when it is another page. */
function pageOf(parts: readonly string[], host: string): { path: readonly string[]; ref: string | null } | string {
  const mark = parts.indexOf('-', 2);
  const known = ['tree', 'blob', 'commit'];
  const at = mark > 0 ? mark + 1 : 2;
  if (mark < 0 && !known.includes(parts[2] ?? '')) {
    return host === 'github.com' && parts.length > 2 ? page : { path: parts, ref: null };
  }
  const [kind = '', ref] = parts.slice(at);
  if (ref === undefined || !known.includes(kind)) return page;
  if (kind === 'commit' && !commit.test(ref)) return 'The commit id is not complete.';
  return { path: parts.slice(0, mark > 0 ? mark : 2), ref: decodeURIComponent(ref) };
}
