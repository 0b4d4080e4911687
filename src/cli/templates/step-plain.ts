import { stepTests } from './step-tests.js';
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
    [`test/${name}.test.js`]: stepTests(false),
  };
}
