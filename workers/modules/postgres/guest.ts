import { PhlowError } from '../../../src/errors.js';
import { createStep } from '../../../src/sdk/index.js';

/** The postgres module where there are no sockets: it says so. */
export default createStep({
  start() {
    throw new PhlowError(
      'PHLOW_LEVEL_UNAVAILABLE',
      'Cannot use postgres at this level: it needs a socket of its own, which only the levels trusted and inline have; load it as trusted',
    );
  },
  handler: () => undefined,
});
