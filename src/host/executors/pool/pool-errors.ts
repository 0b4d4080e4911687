import { PhlowError } from '../../../errors.js';

/** Why a thread is ended whose handler goes on although its package was given up. */
export function unheedingError(module: string, id: number): PhlowError {
  const message = `Package ${id} of module "${module}" was given up and its handler did not end: heed context.signal`;
  return new PhlowError('PHLOW_MODULE_CRASHED', message, { details: { module } });
}
