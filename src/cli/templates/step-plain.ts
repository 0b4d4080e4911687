import type { Files, Wanted } from './template.js';

/** The code of the step module in JavaScript, and its tests. */
export function plainStep({ name }: Wanted): Files {
  return {
    'index.js': `import { readConfig } from './config.js';
import { count, get, stats } from './handlers.js';
import { Stats } from './stats.js';

/** Handles one action. The input has been checked against phlow.yaml before it arrives here. */
const HANDLERS = { count, get, stats };

export default {
  // Runs once; what it returns is handed to every call.
  start(context) {
    const config = readConfig(context.with);
    context.log.debug('started', config);
    return { config, counts: new Map(), stats: new Stats() };
  },

  handler({ input }, context, state) {
    context.log.debug('asked', { action: input.action });
    return HANDLERS[input.action](state, input);
  },

  // Runs when the module is asked to stop, after the packages in flight have been answered.
  stop: (state) => state.counts.clear(),
};
`,
    'config.js': `/** Reads the settings. phlow.yaml has checked each of them; rules between them belong here. Throws for settings that make no sense together. */
export function readConfig({ start, capacity }) {
  if (!Number.isSafeInteger(start)) throw new RangeError(\`start is too large: \${start}\`);
  return { start, capacity };
}
`,
    'stats.js': `/** Counts what the module is asked. */
export class Stats {
  #lookUps = 0;
  #hits = 0;
  counted = 0;

  recordCount() {
    this.counted++;
  }

  recordLookUp(isHit) {
    this.#lookUps++;
    if (isHit) this.#hits++;
  }

  /** Look-ups that found something, in percent; 0 before the first one. */
  get hitRate() {
    return this.#lookUps === 0 ? 0 : (100 * this.#hits) / this.#lookUps;
  }
}
`,
    'handlers.js': `export function count({ config, counts, stats }, { key, by }) {
  const before = counts.get(key);
  if (before === undefined && counts.size >= config.capacity)
    return { success: false, key, error: \`Cannot count "\${key}": there are \${config.capacity} counts, as many as may be\` };
  const value = (before ?? config.start) + by;
  counts.set(key, value);
  stats.recordCount();
  return { success: true, key, value };
}

export function get({ counts, stats }, { key }) {
  const value = counts.get(key);
  stats.recordLookUp(value !== undefined);
  return value === undefined ? { success: true, found: false, key } : { success: true, found: true, key, value };
}

export function stats({ counts, stats: { counted, hitRate } }) {
  return { success: true, stats: { size: counts.size, counted, hit_rate: hitRate } };
}
`,
    [`test/${name}.test.js`]: `import { deepEqual, equal, rejects } from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withModule } from 'phlow/testing';
import { Stats } from '../stats.js';

// At the level at which it runs for strangers; its replies are checked against phlow.yaml.
const options = { isolation: 'isolated', baseDir: dirname(dirname(fileURLToPath(import.meta.url))) };

test('counts', () =>
  withModule('.', options, async (module) => {
    deepEqual(await module.call({ action: 'count', key: 'a' }), { success: true, key: 'a', value: 1 });
    deepEqual(await module.call({ action: 'count', key: 'a', by: 4 }), { success: true, key: 'a', value: 5 });
    deepEqual(await module.call({ action: 'get', key: 'a' }), { success: true, found: true, key: 'a', value: 5 });
  }));

test('does not know what was never counted', () =>
  withModule('.', options, async (module) => {
    deepEqual(await module.call({ action: 'get', key: 'a' }), { success: true, found: false, key: 'a' });
  }));

test('has no room for more counts than its settings allow', () =>
  withModule('.', { ...options, with: { capacity: 1 } }, async (module) => {
    await module.call({ action: 'count', key: 'a' });
    const reply = await module.call({ action: 'count', key: 'b' });
    equal(reply.success, false);
    equal(reply.error, 'Cannot count "b": there are 1 counts, as many as may be');
  }));

test('counts how much it was asked', () =>
  withModule('.', options, async (module) => {
    await module.call({ action: 'count', key: 'a' });
    await module.call({ action: 'get', key: 'a' });
    await module.call({ action: 'get', key: 'b' });
    const { stats } = await module.call({ action: 'stats' });
    deepEqual(stats, { size: 1, counted: 1, hit_rate: 50 });
  }));

test('refuses what phlow.yaml does not allow', async () => {
  await withModule('.', options, async (module) => {
    await rejects(module.call({ action: 'forget' }), { code: 'PHLOW_INPUT_INVALID' });
    await rejects(module.call({ action: 'get' }), { code: 'PHLOW_INPUT_INVALID', message: /Missing 'key' for the action get/ });
  });
  await rejects(withModule('.', { ...options, with: { capacity: 0 } }, () => undefined), { code: 'PHLOW_WITH_INVALID' });
});

test('a hit rate begins at 0', () => {
  const stats = new Stats();
  equal(stats.hitRate, 0);
  stats.recordLookUp(true);
  equal(stats.hitRate, 100);
});
`,
  };
}
