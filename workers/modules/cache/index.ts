import { createStep, type Log } from '../../../src/sdk/index.js';
import { perform, type Reply } from './actions.js';
import { Cache } from './cache.js';
import { type CacheSettings, configOf } from './config.js';
import { debugLine } from './debug-line.js';
import { type Action, actionOf, type CacheInput, keyProblem } from './input.js';

/** The cache module: an in-memory store with eviction, time-to-live, listing and statistics. */
export default createStep<CacheInput, CacheSettings, Cache>({
  start({ with: settings, clock, log }) {
    log.debug('Cache module started', { config: settings });
    return new Cache(configOf(settings), () => clock.now());
  },

  handler({ input }, { log }, cache) {
    const problem = keyProblem(input);
    if (problem !== undefined) return refused(problem, log);
    const action = actionOf(input, log);
    const reply = perform(action, cache, log);
    if (!log.isEnabled('debug')) return reply;
    if (reply instanceof Promise) return reply.then((late) => recorded(action, late, log));
    return recorded(action, reply, log);
  },

  // Bad input is data here: flows test `success` instead of failing.
  invalid([violation], _pkg, { log }) {
    return refused(violation.message, log);
  },

  stop(cache) {
    cache.stop();
  },
});

function refused(problem: string, log: Log): Reply {
  log.error(`Invalid cache input: ${problem}`);
  return { success: false, error: `Invalid input: ${problem}` };
}

/** Leaves a line about what worked in the debug log. */
function recorded(action: Action, reply: Reply, log: Log): Reply {
  if (reply['success'] === true) log.debug(debugLine(action, reply));
  return reply;
}
