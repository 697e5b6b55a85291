// The way back to the dashboard, and the token that this tab shows to the server.
import { type FormEvent, useState } from 'react';

import { pasted, token } from '../src/lib/token';

/** The schema was read, or refused, with the former token: everything begins anew. */
function become(text: string | null): void {
  if (text === null) token.forget();
  else token.keep(text);
  location.reload();
}

export function Masthead() {
  const [asking, ask] = useState(false);
  const [text, write] = useState('');
  const use = (event: FormEvent) => {
    event.preventDefault();
    if (pasted(text) === '') ask(false);
    else become(pasted(text));
  };
  return (
    <div className="masthead">
      {asking ? (
        <form onSubmit={use}>
          <input
            type="password"
            aria-label="Token"
            placeholder="gra_…"
            autoComplete="off"
            autoFocus
            value={text}
            onChange={(event) => write(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && ask(false)}
          />
          <button>Use</button>
        </form>
      ) : token.get() === null ? (
        <button onClick={() => ask(true)}>Use a token</button>
      ) : (
        <button onClick={() => become(null)}>Forget token</button>
      )}
      <a href="/">Graticule</a>
    </div>
  );
}
