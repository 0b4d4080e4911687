import { createStep, type Log, type StepDefinition } from '../../../src/sdk/index.js';
import { perform, type Reply } from './actions.js';
import { Cache } from './cache.js';
import { type CacheConfig, type CacheSettings, configOf } from './config.js';
import { type Action, actionOf, type CacheInput, keyProblem } from './input.js';

/** What happened, for the debug log. Keys appear, values never do: they may be secrets (docs/spec/modules.md 1.3). */
function debugLine(action: Action, reply: Reply): string {
  switch (action.action) {
    case 'set':
      return `Set key '${action.key}'`;
    case 'get':
      return `Cache ${reply['found'] === true ? 'hit' : 'miss'} for key '${action.key}'`;
    case 'remove':
      return reply['removed'] === true
        ? `Removed key '${action.key}'`
        : `Key '${action.key}' not found for removal`;
    case 'exists':
      return `Key '${action.key}' exists: ${String(reply['found'])}`;
    case 'clear':
      return `Cleared cache, removed ${String(reply['previous_size'])} items`;
    case 'cleanup':
      return `Cleaned up ${String(reply['cleaned_count'])} expired items`;
    case 'list':
      return `Listed ${(reply['items'] as readonly unknown[]).length} items (total: ${String(reply['total_count'])})`;
    case 'stats': {
      const stats = reply['stats'] as Reply;
      return `Cache stats - Size: ${String(stats['size'])}, Capacity: ${String(stats['capacity'])}, Hit rate: ${String(stats['hit_rate'])}%`;
    }
  }
}

/** What keeps the entries. */
export interface Backend {
  perform(action: Action, log: Log): Reply | Promise<Reply>;
  stop(): void;
}

/** Opens the store of a URL, for the instance of a name. */
export type OpenStore = (url: string, config: CacheConfig, prefix: string) => Promise<Backend>;

/** The cache module: a store with eviction, time-to-live, listing and statistics, in memory or on a server. */
export function cacheModule(openStore: OpenStore): StepDefinition<CacheInput, CacheSettings, Backend> {
  return createStep<CacheInput, CacheSettings, Backend>({
    start({ name, with: settings, clock, log }) {
      // The URL may hold a password.
      const { store, ...shown } = settings;
      log.debug('Cache module started', { config: shown });
      const config = configOf(settings);
      if (typeof store === 'string') return openStore(store, config, settings.prefix ?? `phlow:${name}`);
      const cache = new Cache(config, () => clock.now());
      return { perform: (action, lines) => perform(action, cache, lines), stop: () => cache.stop() };
    },

    handler({ input }, { log }, backend) {
      const problem = keyProblem(input);
      if (problem !== undefined) return refused(problem, log);
      const action = actionOf(input, log);
      const reply = backend.perform(action, log);
      if (!log.isEnabled('debug')) return reply;
      if (reply instanceof Promise) return reply.then((late) => recorded(action, late, log));
      return recorded(action, reply, log);
    },

    // Bad input is data here: flows test `success` instead of failing.
    invalid([violation], _pkg, { log }) {
      return refused(violation.message, log);
    },

    stop(backend) {
      backend.stop();
    },
  });
}

function refused(problem: string, log: Log): Reply {
  log.error(`Invalid cache input: ${problem}`);
  return { success: false, error: `Invalid input: ${problem}` };
}

/** Leaves a line about what worked in the debug log. */
function recorded(action: Action, reply: Reply, log: Log): Reply {
  if (reply['success'] === true) log.debug(debugLine(action, reply));
  return reply;
}
