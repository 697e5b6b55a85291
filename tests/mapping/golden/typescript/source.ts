import def, { a as b, type Options } from './m';
import type { Remote } from './remote';
import fs = require('fs');
export { type Job, start } from './jobs';

/** A store. */
@Injectable({ scope: 'app' })
export default class Store<T> extends base.Store<T> implements Reader, io.Writer<T> {
  static readonly limit: number = 1;
  private rows?: Map<string, Row>;
  #open = () => b(this.rows!, def);

  constructor(private readonly remote: Remote, public name: string) {
    super();
  }

  get size(): number {
    return this.remote.count?.();
  }

  @Cached() async load<K extends keyof T>(key: K): Promise<T[K]> {
    const local = new Cache<Options>();
    return local.get(key) as T[K];
  }
}

export abstract class Shape {
  abstract area(): number;
}

export interface Reader extends Closer {
  readonly path: string;
  read(size: number): Uint8Array;
}

export type Result = { ok: true } | Failure;
export enum State { Queued, Running = 'running' }
declare module 'plugin' {
  export function register(name: string): void;
}
namespace Names.Inner {
  export const prefix = 'x';
}
export function over(a: string): void;
export function over(a: number): void;
export function over(a: unknown): void {
  handle<State>(a, State.Queued);
}
declare function external(x: string): void;
export const LIMIT = 10, half = LIMIT / 2;
const closing = async (x: number): Promise<void> => {
  await fs.close(x);
};

class Options extends Base {
  constructor(public depth?: number, readonly width = 3, override name: string, plain: number) {
    super();
  }
}
