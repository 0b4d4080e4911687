import { PhlowError } from '../errors.js';
import { follow, reasonOf, type CancelSignal } from '../flow/engine/cancellation.js';
import { LinkedList, type Link } from '../linked-list.js';

/** The calls of one run that wait. */
class Line {
  readonly run: number;
  readonly calls = new LinkedList<() => void>();
  /** Its place among the runs. */
  turn: Link<Line>;

  constructor(run: number, turns: LinkedList<Line>) {
    this.run = run;
    this.turn = turns.add(this);
  }
}

/**
 * Lets at most this many things go on at once. Those that wait belong to runs, which take turns: one run that has thousands of calls to make
 * does not keep another one from its only call.
 */
export class FairQueue {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #what: string;
  readonly #lines = new Map<number, Line>();
  /** The run whose turn is next comes first. A list, since a Map that loses its first member again and again is slow to find the next one. */
  readonly #turns = new LinkedList<Line>();
  #waiting = 0;
  #running = 0;

  constructor(what: string, atOnce: number, maxWaiting: number) {
    this.#what = what;
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** What waits. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Does the work when its turn has come, or rejects as soon as the signal aborts. */
  run<T>(run: number, signal: CancelSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.takesPlace()) return this.holds(work());
    return this.#turn(run, signal).then(() => this.holds(work()));
  }

  /** True when there is a place, which is taken then: what is done in it is given to `holds`. */
  takesPlace(): boolean {
    if (this.#running >= this.#atOnce) return false;
    this.#running++;
    return true;
  }

  /** Gives the place back when the work has ended. */
  holds<T>(work: Promise<T>): Promise<T> {
    work.then(this.#release, this.#release);
    return work;
  }

  /** Waits for a place; a run that leaves hands its place over. */
  #turn(run: number, signal: CancelSignal | undefined): Promise<void> {
    if (this.#waiting >= this.#maxWaiting) {
      const message = `Cannot ${this.#what}: ${this.#running} calls are in progress and ${this.#waiting} are already waiting; start fewer at once`;
      return Promise.reject(new PhlowError('PHLOW_MODULE_BUSY', message));
    }
    if (signal?.aborted === true) return Promise.reject(reasonOf(signal));
    return new Promise((resolve, reject) => {
      const line = this.#lines.get(run) ?? this.#newLine(run);
      const call = line.calls.add(() => {
        unfollow();
        resolve();
      });
      this.#waiting++;
      const unfollow = follow(signal, () => {
        this.#leave(line, call);
        reject(reasonOf(signal));
      });
    });
  }

  #newLine(run: number): Line {
    const line = new Line(run, this.#turns);
    this.#lines.set(run, line);
    return line;
  }

  #leave(line: Line, call: Link<() => void>): void {
    if (!line.calls.remove(call)) return;
    this.#waiting--;
    if (line.calls.size > 0) return;
    this.#turns.remove(line.turn);
    this.#lines.delete(line.run);
  }

  readonly #release = (): void => {
    const line = this.#turns.first?.value;
    const call = line?.calls.first;
    if (line === undefined || call === undefined) {
      this.#running--;
      return;
    }
    this.#waiting--;
    line.calls.remove(call);
    this.#turns.remove(line.turn);
    // The next time it is another run's turn.
    if (line.calls.size > 0) line.turn = this.#turns.add(line);
    else this.#lines.delete(line.run);
    call.value();
  };
}
