import { PhlowError } from '../errors.js';
import { isMap } from '../values.js';

/** The few calls that the host makes besides packages. The module's side exposes them; the host only wraps. */
export interface Control {
  /** Answers as long as the event loop turns. */
  ping(): true;
  inspect(): Inspection;
  /** Runs a main module's own `drain` and resolves when it is done. */
  drain(): Promise<void>;
  /** Runs the module's own `stop` and resolves when it is done. */
  stop(): Promise<void>;
}

/** What an instance itself knows; asked over the control plane, so it may never answer: put a deadline on it. */
export interface Inspection {
  readonly handled: number;
  readonly running: number;
  readonly queued: number;
  readonly uptimeMs: number;
  readonly heapUsedBytes: number;
}

/** Reads an answer on the control plane. Throws PHLOW_WIRE_VIOLATION. */
export function readAnswer(posted: unknown): {
  readonly id: number;
  readonly ok: boolean;
  readonly value: unknown;
} {
  if (Array.isArray(posted) && posted.length === 3) {
    const [id, ok, value] = posted as readonly unknown[];
    if (typeof id === 'number' && typeof ok === 'boolean') return { id, ok, value };
  }
  throw new PhlowError('PHLOW_WIRE_VIOLATION', 'Cannot read an answer of the module: found something else');
}

/** Reads what a module answers about itself: whatever it is, it becomes a complete record of figures. */
export function readInspection(answered: unknown): Inspection {
  const it: Record<string, unknown> = isMap(answered) ? answered : {};
  const figure = (name: keyof Inspection): number => (typeof it[name] === 'number' ? it[name] : 0);
  return {
    handled: figure('handled'),
    running: figure('running'),
    queued: figure('queued'),
    uptimeMs: figure('uptimeMs'),
    heapUsedBytes: figure('heapUsedBytes'),
  };
}
