// Of questions that come faster than their answers, the newest: one is under way, one waits, those between are left
// out. One that takes long is given up for the one that waits, so that a slow answer never stands before a new one.

const patience = 250; // milliseconds that an outdated question may go on: its answer is a step of a moving slider

export class Newest<Question> {
  #next: { readonly question: Question } | null = null;
  #current: AbortController | null = null;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly send: (question: Question, signal: AbortSignal) => Promise<void>) {}

  /** Whether a newer question waits for the one under way. */
  get waits(): boolean {
    return this.#next !== null;
  }

  ask(question: Question): void {
    this.#next = { question };
    if (this.#current === null) return this.#begin();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), Math.max(0, this.#since + patience - performance.now()));
  }

  stop(): void {
    this.#next = null;
    clearTimeout(this.#timer);
    this.#current?.abort();
  }

  #giveUp(): void {
    this.#current?.abort();
    this.#begin();
  }

  #begin(): void {
    const next = this.#next;
    if (next === null) return;
    clearTimeout(this.#timer);
    this.#next = null;
    const abort = (this.#current = new AbortController());
    this.#since = performance.now();
    void this.send(next.question, abort.signal).finally(() => {
      if (this.#current !== abort) return;
      this.#current = null;
      this.#begin();
    });
  }
}
