import type { DispatchOptions, FlowDescription } from '../../sdk/context.js';
import type { Value } from '../../values.js';
import { redactedFault } from './redacted-fault.js';
import type { Outbox } from '../../wire/outbox.js';
import { DOWN, idOf, tagOf, type UP } from '../../wire/protocol.js';
import type { Standing } from './in-flight.js';
import { DispatchedRuns } from './dispatched-runs.js';
import type { CallContext, CallContexts } from './call-contexts.js';

/** Who does what a module asks for, and hears what it reports. */
export interface HostRequestEvents {
  /** The module's main asks for a run of the flow. */
  dispatch(main: Value, options: DispatchOptions | undefined): Promise<Value>;
  /** The module's main asks what is known of the runs that start at these steps. */
  describe(steps: readonly (string | null)[]): Promise<FlowDescription | undefined>;
  /** An event, or a number of dropped ones; says what is wrong with it. */
  emitted(op: typeof UP.emit | typeof UP.eventsDropped, value: unknown): string | undefined;
  /** The module asks the host to use a capability that it may have been granted, because of a package when it has one open. */
  capability(
    name: string,
    args: readonly unknown[],
    signal: AbortSignal,
    context: CallContext | undefined,
  ): Promise<Value>;
}

/** What one instance of a module asks the host to do, until that life ends. */
export class HostRequests {
  readonly #outbox: Outbox;
  readonly #events: HostRequestEvents;
  readonly #contexts: CallContexts;
  readonly #standingOf: (id: number) => Standing;
  readonly #ending = new AbortController();
  /** The runs that a main module waits for. */
  readonly runs: DispatchedRuns;

  constructor(
    outbox: Outbox,
    events: HostRequestEvents,
    contexts: CallContexts,
    standingOf: (id: number) => Standing,
  ) {
    this.#outbox = outbox;
    this.#events = events;
    this.#contexts = contexts;
    this.#standingOf = standingOf;
    this.runs = new DispatchedRuns(
      outbox,
      (main, options) => events.dispatch(main, options),
      (steps) => events.describe(steps),
    );
  }

  /** Lets the module emit this many more events. */
  grantEvents(events: number): void {
    this.#outbox.push(tagOf(0, DOWN.eventCredit), events);
  }

  /** What was done cannot cross back to the module: it is reported as a fault. `tag` is the one of the reply. */
  unsendable(tag: number, error: unknown): void {
    this.#outbox.push(tagOf(idOf(tag), DOWN.capabilityFault), redactedFault(error));
  }

  /** `[name, ...args]`, whatever the module has sent. */
  async capability(id: number, value: unknown): Promise<void> {
    const [name, ...args] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    await this.#answer(id, () => this.#use(name, args, undefined));
  }

  /** `[package, name, ...args]`: as `capability`, while the deadline of that package stands still. */
  async capabilityFor(id: number, value: unknown): Promise<void> {
    const [about, name, ...args] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    // Whatever it is, it must not be turned into a number: that can throw.
    const subject = typeof about === 'number' ? about : 0;
    await this.#answer(id, () =>
      this.#contexts.during(subject, () => this.#use(name, args, this.#contextOf(subject))),
    );
  }

  /** The instance has ended: what is under way is given up. */
  end(): void {
    this.#ending.abort();
    this.runs.end();
  }

  /** With a package given up its deadline is gone, and what its handler still asks for must end all the same. */
  #contextOf(subject: number): CallContext | undefined {
    const standing = this.#standingOf(subject);
    if (standing === 'open') return this.#contexts.of(subject);
    return standing === 'given up' ? this.#contexts.last : undefined;
  }

  #use(name: unknown, args: readonly unknown[], context: CallContext | undefined): Promise<Value> {
    return this.#events.capability(typeof name === 'string' ? name : '', args, this.#ending.signal, context);
  }

  async #answer(id: number, work: () => Promise<Value>): Promise<void> {
    try {
      this.#outbox.push(tagOf(id, DOWN.capabilityReply), await work());
    } catch (error) {
      this.#outbox.push(tagOf(id, DOWN.capabilityFault), redactedFault(error));
    }
  }
}
