import type { CallOptions } from '../module-types.js';
import type { Deadline } from './deadline.js';
import type { Value } from '../../values.js';
import { IdTable } from '../../wire/id-table.js';
import type { CallRecord } from '../../wire/protocol.js';

/**
 * How many modules the packages in flight in one module have passed through. A call that the module makes for none of them counts as made for
 * the one that has come furthest: a chain that comes back to its start must end.
 */
export class Hops {
  readonly #counts = new Map<number, number>();

  /** The longest way that a package in flight has come. */
  get most(): number {
    return Math.max(0, ...this.#counts.keys());
  }

  /** Counts this package's depth for as long as `work` runs. */
  async during<T>(hops: number, work: () => Promise<T>): Promise<T> {
    this.#counts.set(hops, (this.#counts.get(hops) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#counts.get(hops) ?? 1) - 1;
      if (left === 0) this.#counts.delete(hops);
      else this.#counts.set(hops, left);
    }
  }
}

/** What a package is sent with. The host counts `hops`, no caller can claim them. */
export interface PackageOptions extends CallOptions {
  /** How many modules have handed it on. Default 0. */
  readonly hops?: number;
  /** The deadline that was asked for, when some of `timeoutMs` was over before this. */
  readonly askedMs?: number | undefined;
  /** The listener of the module's own that has taken it; only for `stream`. */
  readonly listener?: number | undefined;
}

/** What a package of another module is sent with. */
export interface ForwardedOptions extends PackageOptions {
  readonly hops: number;
  /** The instance that sends it. */
  readonly from?: string;
}

/** What crosses to the module when there is more than the input. */
export function recordOf(
  input: Value,
  { payload, timeoutMs, items, traceparent }: PackageOptions,
): CallRecord {
  return {
    input,
    payload,
    budgetMs: timeoutMs,
    traceparent,
    hasItems: items === undefined ? undefined : true,
  };
}

/** What a package hands on to the packages that its module sends because of it. */
export interface CallContext {
  /** Milliseconds that are left for them; undefined for as long as they take. */
  readonly leftMs: number | undefined;
  /** What its caller had asked for. */
  readonly askedMs: number | undefined;
  /** The W3C trace context of its span. */
  readonly traceparent: string | undefined;
  /** How many modules it has come through; undefined when the package is not known any more. */
  readonly hops: number | undefined;
}

/** What a package hands on that came from outside with nothing besides its input. */
const NOTHING: CallContext = Object.freeze({
  leftMs: undefined,
  askedMs: undefined,
  traceparent: undefined,
  hops: 0,
});

/** What is known of a package that has something to hand on. */
interface Open {
  readonly deadline: Deadline | undefined;
  readonly traceparent: string | undefined;
  readonly hops: number;
}

/** The packages in flight that have something to hand on. The host keeps this, so that no module can claim another deadline than its own. */
export class CallContexts {
  readonly #open = new IdTable<Open>();
  readonly #graceMs: number;

  /** `graceMs` is what a handler has left for its last packages when its caller has given up. */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  open(id: number, open: Open): void {
    this.#open.add(id, open);
  }

  close(id: number): void {
    this.#open.take(id)?.deadline?.clear();
  }

  /** What the package in flight with this id hands on. */
  of(id: number): CallContext {
    const open = this.#open.get(id);
    if (open === undefined) return NOTHING;
    const { deadline, traceparent, hops } = open;
    return { leftMs: deadline?.leftMs, askedMs: deadline?.askedMs, traceparent, hops };
  }

  /** What a package hands on whose caller has given up: time to clean up, and no more. */
  get last(): CallContext {
    return { leftMs: this.#graceMs, askedMs: undefined, traceparent: undefined, hops: undefined };
  }

  /** Does work in a module's place while the deadline of the package that it is for stands still. */
  async during<T>(id: number, work: () => Promise<T>): Promise<T> {
    const deadline = this.#open.get(id)?.deadline;
    deadline?.pause();
    try {
      return await work();
    } finally {
      deadline?.resume();
    }
  }
}
