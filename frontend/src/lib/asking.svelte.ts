// The question that the Map tab's URL asks. What is typed or slid is asked at once and written into the URL when it
// rests: browsers refuse a page that rewrites its URL a hundred times in some seconds.
import { parametersOf, type Question, questionOf } from './question';
import { route, show } from './route.svelte';

const rest = 250; // milliseconds

export class Asking {
  #moving = $state.raw<Partial<Question> | null>(null);
  readonly question: Question = $derived({ ...questionOf((name) => route.parameter(name)), ...this.#moving });
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Changes it as fast as somebody types or slides: no entry of its own in the history. */
  move(part: Partial<Question>): void {
    this.#moving = { ...this.#moving, ...part };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.settle(), rest);
  }

  /** Writes what moved into the URL now. */
  settle(): void {
    clearTimeout(this.#timer);
    if (this.#moving === null) return;
    const { question } = this;
    this.#moving = null;
    show(parametersOf(question));
  }

  /** Takes a step that one can go back from. */
  step(part: Partial<Question>): void {
    this.settle();
    show(parametersOf({ ...this.question, ...part }), { push: true });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#moving = null;
  }
}
