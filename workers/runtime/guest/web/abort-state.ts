/** The order in which signals were aborted; only compared. */
let aborts = 0;

/** Whether an `AbortSignal` is aborted, and what is to be done when it is. */
export class AbortState {
  /** Signals that this one follows; none for a signal of a controller or a timer. */
  readonly #sources: ReadonlySet<AbortState>;
  /** Fires the event; undefined for as long as the state has no signal. */
  readonly #fire: () => void;
  readonly #algorithms = new Set<() => void>();
  /** Those that follow this one and have something to do when it is aborted. Others ask it when they are asked. */
  readonly #followers = new Set<AbortState>();
  #order = 0;
  #reason: unknown;
  #hasListeners = false;
  #isFollowing = false;

  constructor(fire: () => void, sources: Iterable<AbortState> = []) {
    this.#fire = fire;
    this.#sources = new Set([...sources].flatMap((source) => source.#roots()));
  }

  get isAborted(): boolean {
    return this.#settle();
  }
  get reason(): unknown {
    this.#settle();
    return this.#reason;
  }

  abort(reason: unknown): void {
    if (this.#settle()) return;
    this.#order = ++aborts;
    this.#reason = reason;
    // All of them are aborted before code of the module hears of the first.
    const followers = [...this.#followers].filter((one) => one.#order === 0 && one.#settle());
    this.#run();
    for (const follower of followers) follower.#run();
  }

  /** Called once when the signal is aborted, before its listeners. */
  add(algorithm: () => void): void {
    if (this.#settle()) return;
    this.#algorithms.add(algorithm);
    this.#follow();
  }
  remove(algorithm: () => void): void {
    this.#algorithms.delete(algorithm);
    this.#follow();
  }
  /** Whether anybody listens to the event. */
  set hasListeners(value: boolean) {
    this.#hasListeners = value;
    this.#follow();
  }

  #roots(): readonly AbortState[] {
    // An aborted one stands for itself: its reason is known.
    return this.#sources.size === 0 || this.#settle() ? [this] : [...this.#sources];
  }

  /** Takes over the abort of the source that was aborted first, if any was. True when this is aborted. */
  #settle(): boolean {
    if (this.#order !== 0 || this.#sources.size === 0) return this.#order !== 0;
    let first: AbortState | undefined;
    for (const source of this.#sources)
      if (source.#order !== 0 && (first === undefined || source.#order < first.#order)) first = source;
    if (first === undefined) return false;
    this.#order = first.#order;
    this.#reason = first.#reason;
    return true;
  }

  /** Sources hold on to those only that have something to do: a thousand signals made from a long-lived one leave nothing behind. */
  #follow(): void {
    const shouldFollow = this.#order === 0 && (this.#hasListeners || this.#algorithms.size > 0);
    if (shouldFollow === this.#isFollowing) return;
    this.#isFollowing = shouldFollow;
    for (const source of this.#sources)
      if (shouldFollow) source.#followers.add(this);
      else source.#followers.delete(this);
  }

  #run(): void {
    const algorithms = [...this.#algorithms];
    this.#algorithms.clear();
    this.#followers.clear();
    this.#follow();
    for (const algorithm of algorithms) algorithm();
    this.#fire();
  }
}

const states = new WeakMap<object, AbortState>();

/** Makes an object a signal. Done once, by the class. */
export function bindAbortState(signal: object, state: AbortState): void {
  states.set(signal, state);
}

/** The state behind a signal; undefined for anything else. */
export function abortStateOf(value: unknown): AbortState | undefined {
  return typeof value === 'object' && value !== null ? states.get(value) : undefined;
}
