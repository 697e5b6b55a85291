// Links between the tabs of one repository, at the ref that is looked at.
import { pathOf, route } from './route.svelte';
import { hashOf, type LineRange } from './lines';

function query(parameters: Readonly<Record<string, string | null>>): string {
  const kept = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== null);
  return kept.length > 0 ? `?${new URLSearchParams(kept)}` : '';
}

export function fileLink(id: string, path: string, lines: LineRange | null = null): string {
  return pathOf(id, 'file', path) + query({ ref: route.ref }) + (lines ? `#${hashOf(lines)}` : '');
}

/** A symbol in its tab, with the list beside it as it is. */
export function symbolLink(id: string, symbol: string): string {
  const kept = Object.fromEntries(['q', 'kind', 'path', 'guesses'].map((name) => [name, route.parameter(name)]));
  return pathOf(id, 'symbols') + query({ ref: route.ref, ...kept, symbol });
}
