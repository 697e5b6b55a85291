// Where the repository's own forge shows a file, at a commit and at lines of it.
import type { LineRange } from './lines';

interface Forge {
  readonly name: string;
  readonly blob: (commit: string, path: string) => string;
  readonly lines: (range: LineRange) => string;
}

const many = ({ first, last }: LineRange, text: (first: number, last: number) => string, one: string) =>
  first === last ? `${one}${first}` : text(first, last);

const forges: readonly (readonly [RegExp, Forge])[] = [
  [
    /^github\./,
    {
      name: 'GitHub',
      blob: (commit, path) => `/blob/${commit}/${path}`,
      lines: (range) => `#${many(range, (first, last) => `L${first}-L${last}`, 'L')}`,
    },
  ],
  [
    /^gitlab\./,
    {
      name: 'GitLab',
      blob: (commit, path) => `/-/blob/${commit}/${path}`,
      lines: (range) => `#${many(range, (first, last) => `L${first}-${last}`, 'L')}`,
    },
  ],
  [
    /^bitbucket\.org$/,
    {
      name: 'Bitbucket',
      blob: (commit, path) => `/src/${commit}/${path}`,
      lines: (range) => `#${many(range, (first, last) => `lines-${first}:${last}`, 'lines-')}`,
    },
  ],
  [
    /^codeberg\.org$/,
    {
      name: 'Codeberg',
      blob: (commit, path) => `/src/commit/${commit}/${path}`,
      lines: (range) => `#${many(range, (first, last) => `L${first}-L${last}`, 'L')}`,
    },
  ],
];

export interface ForgeLink {
  readonly forge: string;
  readonly href: string;
}

/** Null for a repository whose host is no forge that is known here. */
export function forgeLink(url: string, commit: string, path: string, range: LineRange | null): ForgeLink | null {
  if (!/^https?:\/\//.test(url)) return null;
  const { origin, hostname, pathname } = new URL(url);
  const forge = forges.find(([host]) => host.test(hostname))?.[1];
  if (forge === undefined) return null;
  const repository = origin + pathname.replace(/\/$/, '').replace(/\.git$/, '');
  const below = forge.blob(commit, path.split('/').map(encodeURIComponent).join('/'));
  return { forge: forge.name, href: repository + below + (range ? forge.lines(range) : '') };
}
