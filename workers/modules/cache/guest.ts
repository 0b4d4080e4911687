import { PhlowError } from '../../../src/errors.js';
import { cacheModule } from './main.js';

/** The cache module in a compartment: in memory. */
export default cacheModule(() =>
  Promise.reject(
    new PhlowError(
      'PHLOW_LEVEL_UNAVAILABLE',
      'Cannot use the store of the cache at this level: it needs a socket of its own, which only the levels trusted and inline have; load it as trusted',
    ),
  ),
);
