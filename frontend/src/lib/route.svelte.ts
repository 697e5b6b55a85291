// Two pages, both URLs: `/` and `/r/<id>`. Links stay links; a plain click does not load the page anew.

export type Page = { readonly name: 'fleet' } | { readonly name: 'repository'; readonly id: string } | { readonly name: 'unknown' };

export const pathOf = (id: string) => `/r/${encodeURIComponent(id)}`;

let path = $state(location.pathname);

export const route = {
  get page(): Page {
    return parse(path);
  },
};

export function parse(pathname: string): Page {
  if (pathname === '/') return { name: 'fleet' };
  const id = /^\/r\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (id === undefined) return { name: 'unknown' };
  try {
    return { name: 'repository', id: decodeURIComponent(id) };
  } catch {
    return { name: 'unknown' };
  }
}

export function go(target: string): void {
  if (target === location.pathname) return;
  history.pushState(null, '', target);
  path = target;
  scrollTo(0, 0);
}

/** Listens for plain clicks on links to our own pages, and for back and forward. */
export function followLinks(): () => void {
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest('a');
    if (link === null || link.origin !== location.origin || link.target !== '') return;
    if (parse(link.pathname).name === 'unknown') return;
    event.preventDefault();
    go(link.pathname);
  };
  const onPopState = () => {
    path = location.pathname;
  };
  addEventListener('click', onClick);
  addEventListener('popstate', onPopState);
  return () => {
    removeEventListener('click', onClick);
    removeEventListener('popstate', onPopState);
  };
}
