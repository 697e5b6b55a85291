// One question at a time: a newer one takes the former back, whose answer stays until the new one is there.
import { type ApiError, whenBack } from '../api';

export class Asked<Value> {
  value = $state.raw<Value | null>(null);
  error = $state.raw<ApiError | null>(null);
  waiting = $state(false);

  /** Asks after a pause (milliseconds, 0: at once); the returned function takes the question back. */
  ask(question: (signal: AbortSignal) => Promise<Value>, pause = 0): () => void {
    const abort = new AbortController();
    const send = () => void this.#send(question, abort.signal);
    const timer = pause > 0 ? setTimeout(send, pause) : undefined;
    if (pause === 0) send();
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }

  async #send(question: (signal: AbortSignal) => Promise<Value>, signal: AbortSignal): Promise<void> {
    // A step later: an effect that asks must not depend on what is written here.
    await null;
    if (signal.aborted) return;
    this.waiting = true;
    try {
      const value = await question(signal);
      if (signal.aborted) return;
      this.value = value;
      this.error = null;
    } catch (error) {
      if (signal.aborted) return;
      this.error = error as ApiError;
      whenBack(this.error, signal, () => void this.#send(question, signal));
    }
    this.waiting = false;
  }
}
