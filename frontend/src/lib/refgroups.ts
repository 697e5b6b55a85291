// What of a repository's refs is offered, and under which title.
export interface RefView {
  /** Null: the default branch. */
  readonly ref: string | null;
  readonly name: string;
  readonly commit: string;
  /** Null where there is no map of it. */
  readonly builtAt: string | null;
}

/** Those that have a map, and those that the remote has. */
export interface Known {
  readonly mapped: readonly RefView[];
  readonly branches: readonly RefView[];
  readonly tags: readonly RefView[];
}

export interface RefGroup {
  readonly title: string;
  readonly list: readonly RefView[];
}

/** What to choose from: maps that have a part of a name or of a commit, and what the remote found that has none. */
export function refGroups(refs: Known, part: string): readonly RefGroup[] {
  const { mapped, branches, tags } = refs;
  const has = (text: string) => text.toLowerCase().includes(part.trim().toLowerCase());
  const known = new Set(mapped.map(({ name }) => name));
  const others = (list: readonly RefView[]) => list.filter(({ name }) => !known.has(name));
  return [
    { title: 'Mapped', list: mapped.filter(({ name, commit }) => has(name) || has(commit)) },
    { title: 'Branches without a map', list: others(branches) },
    { title: 'Tags without a map', list: others(tags) },
  ].filter(({ list }) => list.length > 0);
}
