import { createRequire } from 'node:module';
import { errorCode, PhlowError } from './errors.js';

const require = createRequire(import.meta.url);

/**
 * A package that phlow works with where somebody has installed it, loaded when it is first needed.
 *
 * @param attempt begins the sentence of the error, such as `Cannot connect to NATS`
 * @throws PHLOW_PEER_MISSING when it is not installed
 */
export function peerPackage(name: string, attempt: string): unknown {
  try {
    return require(name) as unknown;
  } catch (cause) {
    if (errorCode(cause) !== 'MODULE_NOT_FOUND') throw cause;
    const install = `npm install ${name}`;
    const message = `${attempt}: the package ${name} is not installed; install it where phlow is: ${install}`;
    throw new PhlowError('PHLOW_PEER_MISSING', message, { cause, details: { package: name, install } });
  }
}
