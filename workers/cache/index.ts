import { createStep } from '../../src/sdk/index.js';
import { perform } from './actions.js';
import { Cache } from './cache.js';
import { type CacheSettings, configOf } from './config.js';
import { debugLine } from './debug-line.js';
import { actionOf, type CacheInput } from './input.js';

/** The cache module: an in-memory store with eviction, time-to-live, listing and statistics. */
export default createStep<CacheInput, CacheSettings, Cache>({
  start({ with: settings, clock, log }) {
    log.debug('Cache module started', { config: settings });
    return new Cache(configOf(settings), () => clock.now());
  },

  handler({ input }, { log }, cache) {
    const action = actionOf(input, log);
    const reply = perform(action, cache, log);
    if (reply['success'] === true && log.isEnabled('debug')) log.debug(debugLine(action, reply));
    return reply;
  },

  // Bad input is data here: flows test `success` instead of failing.
  invalid([violation], _pkg, { log }) {
    log.error(`Invalid cache input: ${violation.message}`);
    return { success: false, error: `Invalid input: ${violation.message}` };
  },

  stop(cache) {
    cache.stop();
  },
});
