// Which part of a text a query found, to mark it: of a name as the server searches names, and of a path.

export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

/** Marks what a search for names found: words in any order, case and underscores do not count, else initials. */
export function nameParts(name: string, query: string): Part[] {
  const last = query.split(/::|[.:#/]/).at(-1) ?? '';
  const { text, places } = squashed(name);
  const hits = new Set<number>();
  for (const word of last.split(/\s+/)) {
    const wanted = squashed(word).text;
    const at = wanted === '' ? -1 : beginning(name, text, places, wanted);
    for (let offset = 0; at >= 0 && offset < wanted.length; offset += 1) hits.add(places[at + offset] ?? -1);
  }
  if (hits.size === 0 && last.trim().length > 1) for (const place of initials(name, last.trim())) hits.add(place);
  return parted(name, hits);
}

/** The place in the squashed text: where a part of the name begins, rather than inside of one. */
function beginning(name: string, text: string, places: readonly number[], wanted: string): number {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (startsPart(name, places[at] ?? 0)) return at;
  }
  return text.indexOf(wanted);
}

function squashed(text: string): { text: string; places: number[] } {
  const places: number[] = [];
  let kept = '';
  for (const [index, character] of text.split('').entries()) {
    if (character === '_') continue;
    kept += character.toLowerCase().charAt(0);
    places.push(index);
  }
  return { text: kept, places };
}

function startsPart(name: string, at: number): boolean {
  const before = name[at - 1];
  const here = name[at] ?? '';
  if (before === undefined || !/[\p{L}\p{N}]/u.test(before)) return true;
  return /\p{Lu}/u.test(here) && /[^\p{Lu}]/u.test(before);
}

function initials(name: string, query: string): number[] {
  const starts = name.split('').flatMap((character, index) =>
    character !== '_' && startsPart(name, index) ? [index] : [],
  );
  const wanted = [...query.toLowerCase()];
  const fits = wanted.every((character, nth) => name[starts[nth] ?? -1]?.toLowerCase() === character);
  return fits ? starts.slice(0, wanted.length) : [];
}

export function parted(text: string, hits: ReadonlySet<number>): Part[] {
  const found: { text: string; hit: boolean }[] = [];
  for (const [index, character] of text.split('').entries()) {
    const last = found.at(-1);
    if (last && last.hit === hits.has(index)) last.text += character;
    else found.push({ text: character, hit: hits.has(index) });
  }
  return found;
}
