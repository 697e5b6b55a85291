// Keyboard shortcuts: one key or two in a row (`g h`), each with words for the list that `?` shows.
// Typing in a field is typing, except for Escape.
import { untrack } from 'svelte';

export interface Shortcut {
  /** Keys as `KeyboardEvent.key` names them, with a space between two. */
  readonly keys: string;
  readonly words: string;
  readonly act: () => void;
}

const together = 1200; // milliseconds within which two keys belong together

let known = $state.raw<readonly Shortcut[]>([]);
let first = '';
let firstAt = 0;

export const shortcuts = {
  get known(): readonly Shortcut[] {
    return known;
  },
};

/** Adds shortcuts as long as an effect lasts; the newest of the same keys wins. */
export function useKeys(...added: readonly Shortcut[]): () => void {
  known = [...untrack(() => known), ...added];
  return () => {
    known = known.filter((one) => !added.includes(one));
  };
}

/** Gives the shortcut that these keys mean. */
export function meaning(keys: string, among: readonly Shortcut[] = known): Shortcut | undefined {
  return among.findLast((one) => one.keys === keys);
}

/** Listens for keys on the whole page. */
export function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isField(event.target) && event.key !== 'Escape') return;
    const pair = event.timeStamp - firstAt < together ? `${first} ${event.key}` : '';
    const found = meaning(pair) ?? meaning(event.key);
    first = event.key;
    firstAt = found ? 0 : event.timeStamp;
    if (found === undefined) return;
    event.preventDefault();
    found.act();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}
