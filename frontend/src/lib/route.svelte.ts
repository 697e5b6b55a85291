// The pages, each a URL that can be sent to somebody: `/`, `/r/<id>/<tab>[/<path>]`, and a repository's own address
// behind this server's (`/<host>/<owner>/<name>[@ref]`). What a page shows of its own lies in the query: `parameter`.
// Links stay links; a plain click does not load the page anew.

export const tabNames = ['map', 'treemap', 'symbols', 'file', 'diff', 'jobs'] as const;
export type TabName = (typeof tabNames)[number];

export type Page =
  | { readonly name: 'fleet' }
  /** `path` is what follows the tab: the file that is open. */
  | { readonly name: 'repository'; readonly id: string; readonly tab: TabName; readonly path: string }
  /** `url` is what somebody would paste to name it. */
  | { readonly name: 'prefix'; readonly url: string; readonly ref: string | null }
  | { readonly name: 'unknown' };

const encoded = (path: string) => path.split('/').map(encodeURIComponent).join('/');

export function pathOf(id: string, tab: TabName = 'map', path = ''): string {
  const below = tab === 'map' && path === '' ? '' : `/${tab}${path && `/${encoded(path)}`}`;
  return `/r/${encodeURIComponent(id)}${below}`;
}

let place = $state.raw(new URL(location.href));

export const route = {
  get page(): Page {
    return parse(place.pathname);
  },
  /** The ref that is looked at; null: the default branch. */
  get ref(): string | null {
    return this.parameter('ref');
  },
  get hash(): string {
    return place.hash.slice(1);
  },
  parameter(name: string): string | null {
    return place.searchParams.get(name);
  },
};

export function parse(pathname: string): Page {
  if (pathname === '/') return { name: 'fleet' };
  try {
    const parts = pathname.replace(/^\/|\/$/g, '').split('/').map(decodeURIComponent);
    if (parts[0] === 'r' && parts.length > 1) return repositoryPage(parts);
    if (parts.length > 2 && /[.:]/.test(parts[0] ?? '')) return prefixPage(parts.join('/'));
  } catch {
    // No UTF-8 behind the percent signs: no page.
  }
  return { name: 'unknown' };
}

function repositoryPage([, id = '', tab = 'map', ...path]: string[]): Page {
  const known = tabNames.find((name) => name === tab);
  return known ? { name: 'repository', id, tab: known, path: path.join('/') } : { name: 'unknown' };
}

/** The address may have its own protocol, whose slashes a browser or a proxy may have made one. */
function prefixPage(text: string): Page {
  const [, scheme = 'https', rest = ''] = /^(?:(https?):\/+)?(.*)$/.exec(text) ?? [];
  const at = rest.lastIndexOf('@');
  const named = at > rest.indexOf('/');
  const url = `${scheme}://${named ? rest.slice(0, at) : rest}`;
  return { name: 'prefix', url, ref: named ? rest.slice(at + 1) : null };
}

/** Goes to a page of ours: a path with its query and its hash. */
export function go(target: string, { replace = false } = {}): void {
  const there = new URL(target, place);
  if (there.href === place.href) return;
  if (replace) history.replaceState(null, '', there);
  else history.pushState(null, '', there);
  const turned = there.pathname !== place.pathname;
  place = there;
  if (turned && !there.hash) scrollTo(0, 0);
}

/** Writes what the page shows into its URL, null for what is as usual: no new entry of the history, unless `push`. */
export function show(parameters: Readonly<Record<string, string | null>>, { push = false } = {}): void {
  const there = new URL(place);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null) there.searchParams.delete(name);
    else there.searchParams.set(name, value);
  }
  go(there.href, { replace: !push });
}

/** Listens for plain clicks on links to our own pages, and for back and forward. */
export function followLinks(): () => void {
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest('a');
    if (link === null || link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) return;
    if (parse(link.pathname).name === 'unknown') return;
    if (link.pathname === location.pathname && link.search === location.search && link.hash) return;
    event.preventDefault();
    go(link.href);
  };
  const onMove = () => {
    place = new URL(location.href);
  };
  addEventListener('click', onClick);
  addEventListener('popstate', onMove);
  return () => {
    removeEventListener('click', onClick);
    removeEventListener('popstate', onMove);
  };
}
