import type { Terminal, Value } from '../../../../src/index.js';

/** A command line that a test stands behind. */
export class Command {
  readonly mains: Value[] = [];
  stdout = '';
  stderr = '';
  exit = 0;
  /** What is typed, chunk by chunk. */
  input: Uint8Array[] = [];
  /** What a run comes to. */
  answer: (main: Value) => Promise<Value> = () => Promise.resolve(undefined);
  readonly #argv: readonly string[];

  constructor(argv: readonly string[]) {
    this.#argv = argv;
  }

  readonly dispatch = (main: Value): Promise<Value> => {
    this.mains.push(main);
    return this.answer(main);
  };

  get terminal(): Terminal {
    return {
      argv: this.#argv,
      program: {},
      write: (to, parts) => {
        this[to] += parts.map(({ text }) => text).join('');
        return Promise.resolve();
      },
      read: () => Promise.resolve(this.input.shift()),
      exitWith: (code) => {
        this.exit = code;
      },
    };
  }
}
