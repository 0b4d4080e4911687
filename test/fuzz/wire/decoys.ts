import { isPhlowError, type Value } from '../../../src/index.js';
import type { CallOptions } from '../../../src/index.js';
import type { WireCounts } from './wire-counts.js';

/** What packages can be sent to: a module, or one life of it. */
export interface Target {
  call(input: Value, options: CallOptions): Promise<Value>;
  stream(input: Value, options: CallOptions): AsyncIterable<Value>;
}

/** Packages that nothing but a mutated message can answer: what they end with shows how far such messages get. */
export class Decoys {
  readonly #counts: WireCounts;
  #open = 0;
  #all: Promise<void>[] = [];

  constructor(counts: WireCounts) {
    this.#counts = counts;
  }

  get open(): number {
    return this.#open;
  }

  /** One of each kind: plain, with a deadline that is far, with an input stream, and read as a stream. */
  send(target: Target, input: Value): void {
    const items = (): Iterable<Value> => [1, 2, 3];
    this.#await('call', target.call(input, {}));
    this.#await('call with a deadline', target.call(input, { timeoutMs: 600_000 }));
    this.#await('call with items', target.call(input, { items: items() }));
    this.#await(
      'stream',
      readAll(() => target.stream(input, {})),
    );
  }

  /** Resolves when every decoy has settled. */
  async settled(): Promise<void> {
    await Promise.all(this.#all);
    this.#all = [];
  }

  #await(kind: string, outcome: Promise<unknown>): void {
    this.#open++;
    const settle = (how: string): void => {
      this.#open--;
      this.#counts.settle(`${kind}: ${how}`);
    };
    this.#all.push(
      outcome.then(
        () => settle('answered'),
        (error: unknown) => {
          if (!isPhlowError(error)) throw error;
          settle(error.code);
        },
      ),
    );
  }
}

/** Reads a stream to its end; resolves with how many items it had. */
async function readAll(open: () => AsyncIterable<Value>): Promise<number> {
  const iterator = open()[Symbol.asyncIterator]();
  let items = 0;
  while ((await iterator.next()).done !== true) items++;
  return items;
}
