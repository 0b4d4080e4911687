import { setEnvironmentData } from 'node:worker_threads';

/** What the fixture module `faulty` can be told to do outside of a package; the numbers are its own. */
const AT_LOAD = ['none', 'throw', 'exit', 'uncaught', 'rejection', 'spin', 'wait', 'oom'] as const;
export type LoadFault = (typeof AT_LOAD)[number];

/** Added when it is to happen in `start` instead of at the top level of the entry. */
const IN_START = 10;
const [FAULT, TIMES, AT_STOP, FIRST_MARK] = [1, 2, 3, 4];

/**
 * Memory that the test shares with every thread of one module: it plans faults where no package can ask for them, and counts how often each
 * package was handled, which nobody else can know once the thread is gone.
 */
export class Board {
  readonly #cells: Int32Array;

  constructor(module: string, packages: number) {
    this.#cells = new Int32Array(
      new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (FIRST_MARK + packages + 1)),
    );
    setEnvironmentData(`faulty:${module}`, this.#cells);
  }

  /** The next starts of the module fail so. */
  planLoads(fault: LoadFault, where: 'entry' | 'start', times: number): void {
    Atomics.store(this.#cells, FAULT, AT_LOAD.indexOf(fault) + (where === 'start' ? IN_START : 0));
    Atomics.store(this.#cells, TIMES, times);
  }

  /** The next stop of the module fails so. */
  planStop(fault: LoadFault): void {
    Atomics.store(this.#cells, AT_STOP, AT_LOAD.indexOf(fault));
  }

  /** How often a handler was given this package. */
  handled(n: number): number {
    return Atomics.load(this.#cells, FIRST_MARK + n);
  }
}
