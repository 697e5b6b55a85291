// Who the page speaks as, and what they may do: it decides what is offered, the server what is done.
import { connection, onReconnected, request, speakAs } from '../api';
import { type Scope, WhoAmI, type WhoAmIQuery } from '../generated/operations';
import { token } from './token';

type Viewer = WhoAmIQuery['viewer'];

class Access {
  /** Null while the server has not said. */
  viewer = $state.raw<Viewer | null>(null);
  /** Whether a token says who it is. */
  byToken = $state(false);
  /** Whether there is an answer, be it that the server does not answer. */
  settled = $state(false);
  /** After a refusal: whether the server lets people in without a token. */
  opensToAll = $state(false);

  readonly mayOnlyRead = $derived(this.byToken ? 'Your token may only read' : 'Without a token you may only read here');

  /** Asks now, and again whenever the server may be another one. */
  follow(): () => void {
    void this.#ask();
    const forget = onReconnected(() => void this.#ask());
    const stop = connection.subscribe((now) => {
      if (now.state === 'refused') void this.#leave(now.shown);
    });
    return () => {
      forget();
      stop();
    };
  }

  /** What the server has not said to be forbidden is offered. */
  may(scope: Scope): boolean {
    return this.viewer?.scopes.includes(scope) ?? true;
  }

  /** Takes a token, if the server does: ApiError with its words if not. */
  async signIn(text: string): Promise<void> {
    await request(WhoAmI, {}, { shown: text });
    await this.#become(text);
  }

  /** Goes on as whoever comes without a token, if the server lets them in. */
  async signOut(): Promise<void> {
    await this.#become(null);
  }

  /** What is on the page goes first, and with it the socket that was opened for the former viewer. */
  async #become(text: string | null): Promise<void> {
    this.settled = false;
    this.viewer = null;
    speakAs(text);
    await this.#ask();
  }

  async #ask(): Promise<void> {
    const shown = token.get();
    const answer = await request(WhoAmI, {}).catch(() => null);
    if (shown !== token.get()) return;
    if (answer) {
      this.viewer = answer.viewer;
      this.byToken = shown !== null;
    }
    this.settled = true;
  }

  async #leave(hadToken: boolean): Promise<void> {
    this.viewer = null;
    this.byToken = false;
    this.settled = true;
    this.opensToAll = false;
    this.opensToAll = hadToken && (await request(WhoAmI, {}, { shown: null }).then(() => true, () => false));
  }
}

export const access = new Access();
