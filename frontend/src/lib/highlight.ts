// Comments, texts, numbers and keywords, one line after the other: enough to read by, and cheap enough for
// a file of a megabyte. What crosses lines (comments, long strings) is carried from line to line as a state.
import { type Rules, rulesOf } from './grammar';

export type Kind = 'plain' | 'comment' | 'text' | 'number' | 'keyword';
export interface Token {
  readonly kind: Kind;
  readonly text: string;
}

/** Which span is open at a line's beginning, 0: none; else its place in the rules, from 1. */
type State = number;

// A line of more characters was not written by a person: it is shown as it is.
const longestRead = 4_000;
const every = 100;

interface Machine {
  readonly rules: Rules;
  readonly next: RegExp;
  readonly ends: readonly RegExp[];
}

/** Reads the lines of one file; what is above a line is read once, when the line is first asked for. */
export class Highlighter {
  readonly #machine: Machine | null;
  readonly #lines: readonly string[];
  readonly #states: State[] = [0];

  constructor(lines: readonly string[], language: string | null, path = '') {
    const rules = rulesOf(language, path);
    this.#machine = rules && machineOf(rules);
    this.#lines = lines;
  }

  /** The tokens of the lines from `first` (0-based) up to `end`, each without its line's end. */
  tokens(first: number, end: number): Token[][] {
    const machine = this.#machine;
    const lines = this.#lines.slice(first, end);
    if (machine === null) return lines.map((text) => (text === '' ? [] : [{ kind: 'plain', text }]));
    let state = this.#stateAt(machine, first);
    return lines.map((line) => {
      const tokens: Token[] = [];
      state = scan(machine, line, state, (kind, text) => push(tokens, kind, text));
      return tokens;
    });
  }

  #stateAt(machine: Machine, line: number): State {
    const step = Math.floor(line / every);
    for (let known = this.#states.length; known <= step; known += 1) {
      let state = this.#states[known - 1] ?? 0;
      for (const above of this.#lines.slice((known - 1) * every, known * every)) state = scan(machine, above, state, () => {});
      this.#states.push(state);
    }
    let state = this.#states[step] ?? 0;
    for (const above of this.#lines.slice(step * every, line)) state = scan(machine, above, state, () => {});
    return state;
  }
}

function push(tokens: Token[], kind: Kind, text: string): void {
  const last = tokens.at(-1);
  if (text === '') return;
  if (last?.kind === kind) tokens[tokens.length - 1] = { kind, text: last.text + text };
  else tokens.push({ kind, text });
}

type Emit = (kind: Kind, text: string) => void;

function scan(machine: Machine, line: string, begin: State, emit: Emit): State {
  if (line.length > longestRead) {
    emit('plain', line);
    return begin;
  }
  let at = 0;
  let state = begin;
  while (at < line.length) {
    if (state > 0) {
      const end = endOf(machine, line, at, state);
      emit(machine.rules.spans[state - 1]?.kind ?? 'text', line.slice(at, end < 0 ? undefined : end));
      if (end < 0) return state;
      at = end;
      state = 0;
      continue;
    }
    machine.next.lastIndex = at;
    const found = machine.next.exec(line);
    if (found === null) break;
    emit('plain', line.slice(at, found.index));
    at = found.index + found[0].length;
    const group = found.findIndex((text, nth) => nth > 0 && text !== undefined);
    const span = machine.rules.spans[group - 1];
    emit(span ? span.kind : kindOf(machine.rules, found[0], group - machine.rules.spans.length), found[0]);
    if (span) state = group;
  }
  emit('plain', line.slice(at));
  return state;
}

function endOf({ ends }: Machine, line: string, at: number, state: State): number {
  const end = ends[state - 1];
  if (end === undefined) return -1;
  end.lastIndex = at;
  const found = end.exec(line);
  return found ? found.index + found[0].length : -1;
}

// What stands in the expression behind the spans, in this order; the last are words.
const simple: readonly Kind[] = ['comment', 'text', 'number'];
const number = String.raw`\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)[a-zA-Z%]*`;
const never = '(?!)';

function kindOf(rules: Rules, text: string, group: number): Kind {
  const kind = simple[group - 1];
  if (kind) return kind;
  return rules.keywords.has(rules.anyCase ? text.toLowerCase() : text) ? 'keyword' : 'plain';
}

const machines = new Map<Rules, Machine>();

function machineOf(rules: Rules): Machine {
  const known = machines.get(rules);
  if (known) return known;
  // Spans come first: `"""` is no empty text, and `--[[` no comment of one line.
  const alternatives = [
    ...rules.spans.map(({ open }) => open),
    rules.comment ? `(?:${rules.comment}).*` : never,
    rules.text || never,
    number,
    rules.word,
  ];
  const machine: Machine = {
    rules,
    next: new RegExp(alternatives.map((one) => `(${one})`).join('|'), 'gu'),
    ends: rules.spans.map(({ close }) => new RegExp(close, 'gu')),
  };
  machines.set(rules, machine);
  return machine;
}
