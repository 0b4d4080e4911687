import { PhlowError } from '../../errors.js';

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
