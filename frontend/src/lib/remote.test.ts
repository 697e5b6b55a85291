import { expect, test } from 'vitest';

import cases from './remote.cases.json';
import { understand } from './remote';

interface Case {
  readonly text: string;
  readonly url?: string;
  readonly name?: string;
  readonly ref?: string | null;
  readonly wrong?: boolean;
}

test.each(cases as Case[])('$text is understood as the server understands it', ({ text, url, name, ref, wrong }) => {
  const found = understand(text);
  if (url !== undefined) expect(found).toEqual({ kind: 'named', url, name, ref });
  else expect(found.kind).toBe(wrong ? 'wrong' : 'open');
});
