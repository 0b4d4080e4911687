import { PhlowError } from '../../../src/errors.js';
import { StreamReader } from '../../../src/wire/stream-reader.js';
import { HandlerContext } from '../handler-context.js';
import { ManualClock } from '../clock.js';
import { Compartment, harden } from './ses.js';

/**
 * Freezes the classes that a module can reach and the compartment library knows nothing of, and takes their way to the realm's own Error, which
 * can do more than a module's: those of ours, and the one that `using` throws, to which only syntax leads.
 */
export function lockOwnClasses(): void {
  const { globalThis: inner } = new Compartment({ globals: {}, name: 'own', __options__: true });
  const suppressed: unknown = Reflect.get(globalThis, 'SuppressedError');
  const errors = [PhlowError, ...(typeof suppressed === 'function' ? [suppressed] : [])];
  // How Node is to show it is nothing that a module has to do with.
  Reflect.deleteProperty(PhlowError.prototype, Symbol.for('nodejs.util.inspect.custom'));
  for (const error of errors) Object.setPrototypeOf(error, inner['Error'] as object);
  // SES turns this function into what a getter gives, and leaves it itself as it was.
  const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as Iterable<unknown>;
  harden(iterators[Symbol.iterator]);
  for (const own of [...errors, HandlerContext, ManualClock, StreamReader]) harden(own);
}
