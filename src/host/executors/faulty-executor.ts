import { PhlowError } from '../../errors.js';
import type { Inspection } from '../../wire/control.js';
import { DOWN, opOf, type Batch, type Ready } from '../../wire/protocol.js';
import type { Executor, ExecutorEvents, ExecutorExit, ExecutorVitals, Part } from './executor.js';
import type { Faults, InjectedEnd } from './faults.js';

/** What is sent to a module, as `post` takes it. */
type Posted = readonly [batch: Batch, transfer: readonly ArrayBuffer[]];

/** Runs a module by another executor, and has it fail when a test says so. */
export class FaultyExecutor implements Executor {
  readonly partOf?: (id: number) => Part | undefined;
  readonly partsBusySince?: (at: number, share: number) => readonly Part[];
  readonly eventWindow?: number;
  readonly bookAnswer?: (ms: number) => number;
  readonly #name: string;
  readonly #inner: Executor;
  readonly #faults: Faults;
  #held: Posted[] = [];
  #exit: ExecutorExit | undefined;

  constructor(name: string, inner: Executor, faults: Faults) {
    this.#name = name;
    this.#inner = inner;
    this.#faults = faults;
    if (inner.eventWindow !== undefined) this.eventWindow = inner.eventWindow;
    if (inner.bookAnswer !== undefined) this.bookAnswer = inner.bookAnswer.bind(inner);
    if (inner.partOf !== undefined) this.partOf = inner.partOf.bind(inner);
    if (inner.partsBusySince !== undefined) this.partsBusySince = inner.partsBusySince.bind(inner);
  }

  get threadId(): number | undefined {
    return this.#inner.threadId;
  }

  start(events: ExecutorEvents): void {
    const stopListening = this.#faults.onResume(() => this.#release());
    const exit = (exited: ExecutorExit): void => {
      stopListening();
      events.exit(this.#exit ?? exited);
    };
    try {
      this.#inner.start({ ...events, exit });
    } catch (error) {
      stopListening();
      throw error;
    }
  }

  post(batch: Batch, transfer: readonly ArrayBuffer[]): void {
    // It ends, and takes nothing any more.
    if (this.#exit !== undefined) return;
    const end = pairsOf(batch, isPackage).length > 0 ? this.#faults.next() : undefined;
    if (end !== undefined) this.#end(end);
    else if (this.#faults.isStalled) this.#hold(batch, transfer);
    else this.#inner.post(batch, transfer);
  }

  onReady(ready: Ready): void {
    this.#inner.onReady(ready);
  }

  ping(): Promise<true> {
    return this.#inner.ping();
  }

  coreWaitMs(): number | undefined {
    return this.#inner.coreWaitMs?.();
  }

  isBehind(): boolean {
    return this.#inner.isBehind?.() === true;
  }

  inspect(): Promise<Inspection> {
    return this.#inner.inspect();
  }

  stop(): Promise<void> {
    return this.#inner.stop();
  }

  terminate(error?: unknown): Promise<void> {
    return this.#inner.terminate(error);
  }

  vitals(): ExecutorVitals {
    return this.#inner.vitals();
  }

  sample(): Promise<ExecutorVitals> {
    return this.#inner.sample();
  }

  #end(kind: InjectedEnd): void {
    const exit = kind === 'crash' ? crashed() : hung(this.#name);
    this.#exit = exit;
    // In a turn of its own: this one is still sending.
    setImmediate(() => void this.#inner.terminate(exit.error));
  }

  /** Keeps a copy, since the sender may change what it has sent. Time moves at once: who moves it waits for that. */
  #hold(batch: Batch, transfer: readonly ArrayBuffer[]): void {
    const moves = pairsOf(batch, isAdvance);
    if (moves.length > 0) this.#inner.post(moves, []);
    const others: Posted = [pairsOf(batch, (op) => !isAdvance(op)), transfer];
    if (others[0].length > 0) this.#held.push(structuredClone(others, { transfer: [...transfer] }));
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    if (this.#exit !== undefined) return;
    for (const [batch, transfer] of held) this.#inner.post(batch, transfer);
  }
}

function isPackage(op: number): boolean {
  return op === DOWN.call || op === DOWN.callWith;
}

function isAdvance(op: number): boolean {
  return op === DOWN.advance;
}

/** The pairs of a batch whose operation is among those. */
function pairsOf(batch: Batch, isWanted: (op: number) => boolean): Batch {
  const pairs: unknown[] = [];
  for (let i = 0; i < batch.length; i += 2)
    if (isWanted(opOf(batch[i] as number))) pairs.push(batch[i], batch[i + 1]);
  return pairs;
}

function crashed(): ExecutorExit {
  const error = new Error('a crash that a test has injected');
  // Where it was thrown is no place in the module.
  error.stack = String(error);
  return { reason: 'uncaught', exitCode: 1, error };
}

function hung(name: string): ExecutorExit {
  const message = `Module "${name}" hangs: its event loop is blocked; a test has injected that`;
  const error = new PhlowError('PHLOW_MODULE_HUNG', message, { details: { module: name } });
  return { reason: 'terminated', exitCode: undefined, error };
}
