// The token that this tab shows to the server; GraphiQL, in the same tab, shows it too. It is in
// sessionStorage alone: no other tab, no later visit and no request of the browser's own carries it.

const key = 'graticule.token';

// Where the browser gives a page no storage, the token lasts as long as the page.
let held: string | null = null;

export const token = {
  get(): string | null {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return held;
    }
  },
  keep(text: string): void {
    held = text;
    try {
      sessionStorage.setItem(key, text);
    } catch {}
  },
  forget(): void {
    held = null;
    try {
      sessionStorage.removeItem(key);
    } catch {}
  },
};

/** What somebody pasted, without what comes along from a header or a line's end. */
export const pasted = (text: string) => text.trim().replace(/^bearer\s+/i, '');

/** Whether a header takes it: of anything else the browser would only say that the request failed. */
export const isWord = (text: string) => /^[\x21-\x7e]+$/.test(text);
