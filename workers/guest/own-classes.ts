import { PhlowError } from '../../src/errors.js';
import { StreamReader } from '../../src/wire/stream-reader.js';
import { CallContext } from '../call-context.js';
import { ManualClock } from '../clock.js';
import { Compartment, harden } from './ses.js';

/** Freezes the classes of ours that a module can reach, and takes their way to the realm's own Error, which can do more than a module's. */
export function lockOwnClasses(): void {
  const { globalThis: inner } = new Compartment({ globals: {}, name: 'own', __options__: true });
  Object.setPrototypeOf(PhlowError, inner['Error'] as object);
  // SES turns this function into what a getter gives, and leaves it itself as it was.
  const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as Iterable<unknown>;
  harden(iterators[Symbol.iterator]);
  for (const own of [PhlowError, CallContext, ManualClock, StreamReader]) harden(own);
}
