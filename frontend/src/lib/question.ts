// What a map is asked for, as the Map tab's URL has it: what is as usual is left out of it.
import type { OutlineOrder, RepoMapQueryVariables } from '../generated/operations';
import { clamp } from './budget';

export interface Question {
  readonly tokens: number;
  readonly focus: string;
  readonly paths: readonly string[];
  readonly languages: readonly string[];
  readonly order: OutlineOrder;
  readonly lines: boolean;
}

export const usual: Question = { tokens: 2000, focus: '', paths: [], languages: [], order: 'RANK', lines: true };

type Parameters = Readonly<Record<string, string | null>>;

/** Lists are joined with commas; one within an item is written as in a URL. */
const joined = (items: readonly string[]) =>
  items.length === 0 ? null : items.map((item) => item.replace(/[%,]/g, encodeURIComponent)).join(',');

function split(text: string | null): readonly string[] {
  const items = (text ?? '').split(',').map((item) => item.trim());
  return [...new Set(items.filter(Boolean).map(decoded))];
}

function decoded(item: string): string {
  try {
    return decodeURIComponent(item);
  } catch {
    return item;
  }
}

export function questionOf(parameter: (name: string) => string | null): Question {
  const tokens = Number.parseInt(parameter('tokens') ?? '', 10);
  return {
    tokens: Number.isFinite(tokens) ? clamp(tokens) : usual.tokens,
    focus: parameter('focus') ?? '',
    paths: split(parameter('paths')),
    languages: split(parameter('languages')),
    order: parameter('order') === 'path' ? 'PATH' : 'RANK',
    lines: parameter('lines') !== 'off',
  };
}

export function parametersOf(question: Question): Parameters {
  return {
    tokens: question.tokens === usual.tokens ? null : String(question.tokens),
    focus: question.focus || null,
    paths: joined(question.paths),
    languages: joined(question.languages),
    order: question.order === 'PATH' ? 'path' : null,
    lines: question.lines ? null : 'off',
  };
}

export function variablesOf(id: string, ref: string | null, question: Question): RepoMapQueryVariables {
  const { tokens, paths, languages, order, lines } = question;
  const text = question.focus.trim();
  return {
    id,
    ref,
    tokens,
    focus: text ? { text } : null,
    paths: paths.length > 0 ? [...paths] : null,
    languages: languages.length > 0 ? [...languages] : null,
    order,
    lines,
  };
}

/** What somebody typed as paths: one or more, with commas or spaces between them. */
export const pathsIn = (typed: string) => typed.split(/[\s,]+/).filter(Boolean);

/** The focus with a path more in it, or without it where it was: the server finds paths in what it is given. */
export function withPath(focus: string, path: string): string {
  const kept = focus.split(' ').filter((word) => word !== '' && word !== path);
  return focus.split(' ').includes(path) ? kept.join(' ') : [...kept, path].join(' ');
}
