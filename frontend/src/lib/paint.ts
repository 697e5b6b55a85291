// Draws lines of source as nodes, ten times as fast as components do. Text is only ever set as text: what
// a repository holds is never read as markup.
import type { Token } from './highlight';
import { pieces } from './lines';

/** A line that no person wrote is cut: as one line it takes seconds to lay out. */
export const longest = 4000;

function hiddenMark(name: string): HTMLElement {
  const mark = document.createElement('i');
  mark.className = 'hidden';
  mark.textContent = name;
  mark.title = `A character that is not seen: ${name}`;
  return mark;
}

function tokenNode({ kind, text }: Token): HTMLElement {
  // Each its own run, so that no direction of writing leaves it.
  const token = document.createElement(kind === 'plain' ? 'bdi' : 'span');
  token.className = kind;
  for (const piece of pieces(text)) token.append(piece.hidden === null ? piece.text : hiddenMark(piece.hidden));
  return token;
}

function rest(characters: number): HTMLElement {
  const node = document.createElement('em');
  node.textContent = `… ${characters} more characters in this line`;
  return node;
}

/** One element a line, each with its line's end. */
export function painted(lines: readonly (readonly Token[])[]): DocumentFragment {
  const all = document.createDocumentFragment();
  for (const tokens of lines) {
    const line = document.createElement('div');
    for (const { kind, text } of tokens) {
      line.append(tokenNode({ kind, text: text.slice(0, longest) }));
      if (text.length > longest) line.append(rest(text.length - longest));
    }
    line.append('\n');
    all.append(line);
  }
  return all;
}

/** Keeps an element filled with lines. */
export const drawn = (lines: () => readonly (readonly Token[])[]) => (element: Element) => {
  element.replaceChildren(painted(lines()));
};
