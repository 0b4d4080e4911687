import { PhlowError } from '../../errors.js';
import type { Manifest } from '../../manifest/manifest.js';
import { didYouMean } from '../../nearest.js';
import type { Value } from '../../values.js';
import { visibleLine } from '../../visible-text.js';
import { EVENT_WINDOW, eventObstacle } from '../../wire/event.js';
import { UP } from '../../wire/protocol.js';
import type { ModuleMetrics } from '../diagnostics/module-metrics.js';
import { callOwner, reportedOnce } from '../log/owner-callback.js';
import { EventChecks } from './event-checks.js';

/** More than one thread can have dropped: what claims more is no count. */
const MAX_DROPPED = 1_000_000_000;

/** What the events of one module are made of. */
export interface ModuleEventsOptions {
  readonly name: string;
  readonly metrics: ModuleMetrics;
  /** The manifest of the version that is running, or is to run next. */
  readonly manifest: () => Manifest;
  readonly warn: (message: string) => void;
}

/** The events of one instance on their way to the listeners. */
export interface EventSource {
  /** Takes what the instance has posted; what is wrong with it, as the end of "found ...", where it does not keep to the protocol. */
  take(op: typeof UP.emit | typeof UP.eventsDropped, posted: unknown): string | undefined;
}

/** How an instance is held. */
export interface SourceOptions {
  readonly manifest: Manifest;
  /** Events that it may have sent without their being handled. */
  readonly window: number;
  /** Lets it emit this many more. */
  readonly grant: (events: number) => void;
}

/** An event that waits for the first listener. */
interface Held {
  deliver(): void;
  /** Another one takes its place. */
  skip(): void;
}

type Listener = (data: Value) => Promise<void> | undefined;

/**
 * The events of one module: checks them and hands them to the application's listeners, in the order in which they come. A module may have 256 of them
 * unhandled, and gets no more credit before there is a listener: until then the first ones wait, as the messages of a port do.
 */
export class ModuleEvents {
  readonly #options: ModuleEventsOptions;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #checks = new WeakMap<Manifest, EventChecks>();
  readonly #warned = new Set<string>();
  /** Undefined as soon as somebody has listened. */
  #held: Held[] | undefined = [];

  constructor(options: ModuleEventsOptions) {
    this.#options = options;
  }

  /**
   * Calls `listener` with the data of each event of this type, until the function that is returned is called.
   *
   * @throws PHLOW_NAME_UNKNOWN for a type that the manifest does not declare, PHLOW_OPTION_INVALID for what is no function.
   */
  on(type: string, listener: (data: Value) => unknown): () => void {
    this.#assertDeclared(type);
    if (typeof listener !== 'function') {
      const message = `Cannot listen to "${type}" of module "${this.#options.name}": the listener must be a function`;
      throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module: this.#options.name } });
    }
    const what = `the listener of "${type}" of module "${this.#options.name}"`;
    // Of its own, so that a function that listens twice is called twice.
    const onFailure = reportedOnce(what, this.#options.warn);
    const own: Listener = (data) => callOwner(listener, data, onFailure);
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(own));
    // In a turn of its own: there may be more listeners to come.
    if (this.#held !== undefined) queueMicrotask(() => this.#release());
    return () => void listeners.delete(own);
  }

  /** Takes the events of one more instance. */
  source({ manifest, window, grant }: SourceOptions): EventSource {
    const checks = this.#checksOf(manifest);
    let unhandled = 0;
    let handled = 0;
    const handle = (): void => {
      unhandled--;
      // Credit goes back in parts: one message for many events.
      if (++handled < EVENT_WINDOW / 4) return;
      grant(handled);
      handled = 0;
    };
    const deliver = (type: string, data: unknown): void => {
      const listening = this.#deliver(checks, type, data);
      // What listeners still work at counts as unhandled.
      if (listening.length === 0) handle();
      else void Promise.all(listening).then(handle);
    };
    const skip = (): void => {
      this.#drop(1);
      handle();
    };
    return {
      take: (op, posted) => {
        if (op === UP.eventsDropped) return this.#noteDropped(posted);
        if (unhandled >= window) return `an event beyond the ${window} that may be unhandled`;
        const [type, data] = Array.isArray(posted) ? (posted as readonly unknown[]) : [];
        if (!checks.has(type)) return 'an event that its manifest does not declare';
        const obstacle = eventObstacle(data);
        if (obstacle !== undefined) return `an event whose data are none: ${obstacle}`;
        unhandled++;
        if (this.#held === undefined) deliver(type, data);
        else {
          // Those of an instance before this one.
          if (this.#held.length >= window) this.#held.shift()?.skip();
          this.#held.push({ deliver: () => deliver(type, data), skip });
        }
        return undefined;
      },
    };
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) event.deliver();
  }

  /** Hands an event to the listeners; the promises of those that have not ended yet. */
  #deliver(checks: EventChecks, type: string, data: unknown): readonly Promise<void>[] {
    const { metrics } = this.#options;
    const verdict = checks.check(type, data);
    if (verdict === 'too much') {
      this.#drop(1);
      return [];
    }
    if (verdict !== 'accepted') {
      metrics.droppedEvents++;
      this.#warnOnce(`refused ${type}`, `an event was dropped: ${verdict[0].message}`);
      return [];
    }
    metrics.events++;
    // The wire carries plain data only.
    return [...(this.#listeners.get(type) ?? [])].flatMap((listener) => listener(data as Value) ?? []);
  }

  #noteDropped(posted: unknown): string | undefined {
    if (!Number.isInteger(posted) || (posted as number) < 1 || (posted as number) > MAX_DROPPED)
      return 'a number of dropped events that is none';
    this.#drop(posted as number);
    return undefined;
  }

  #drop(events: number): void {
    this.#options.metrics.droppedEvents += events;
    const message = 'events were dropped: it emits more than can be handled; host.inspect() counts them';
    this.#warnOnce('dropped', message);
  }

  /** Once for each kind of problem: a module must not fill the log with them. */
  #warnOnce(kind: string, message: string): void {
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    this.#options.warn(`${visibleLine(message)} (reported once)`);
  }

  #checksOf(manifest: Manifest): EventChecks {
    const checks = this.#checks.get(manifest) ?? new EventChecks(manifest);
    this.#checks.set(manifest, checks);
    return checks;
  }

  #assertDeclared(type: unknown): void {
    const { name, manifest } = this.#options;
    const { events } = manifest();
    if (typeof type === 'string' && Object.hasOwn(events, type)) return;
    const types = Object.keys(events);
    const found = visibleLine(String(type).slice(0, 80));
    const hint =
      didYouMean(found, types) ||
      (types.length === 0 ? ' It declares none.' : ` It declares ${types.join(', ')}.`);
    const message = `Cannot listen to "${found}": the manifest of module "${name}" declares no such event.${hint}`;
    throw new PhlowError('PHLOW_NAME_UNKNOWN', message, { details: { module: name, event: found } });
  }
}
