import { stepTests } from './step-tests.js';
import type { Files, Wanted } from './template.js';

/**
 * The code of the step module in TypeScript, and its tests.
 *
 * @param types its namespace in the file of `phlow types`
 */
export function typedStep({ name }: Wanted, types: string): Files {
  return {
    'index.ts': `import { createStep } from 'phlow/sdk';
import { readConfig } from './config.ts';
import { count, get, stats, type State } from './handlers.ts';
import type { Input, Output, Settings } from './input.ts';
import { Stats } from './stats.ts';

export default createStep<Input, Settings, State>({
  // Runs once; what it returns is handed to every call.
  start(context) {
    const config = readConfig(context.with);
    context.log.debug('started', { ...config });
    return { config, counts: new Map(), stats: new Stats() };
  },

  handler({ input }, context, state): Output {
    context.log.debug('asked', { action: input.action });
    switch (input.action) {
      case 'count':
        return count(state, input);
      case 'get':
        return get(state, input);
      case 'stats':
        return stats(state);
    }
  },

  // Runs when the module is asked to stop, after the packages in flight have been answered.
  stop: (state) => state.counts.clear(),
});
`,
    'config.ts': `import type { Settings } from './input.ts';

/** What the module is held to, read from its settings once. */
export interface Config {
  readonly start: number;
  readonly capacity: number;
}

/** Reads the settings. phlow.yaml has checked each of them; rules between them belong here. Throws for settings that make no sense together. */
export function readConfig({ start, capacity }: Settings): Config {
  if (!Number.isSafeInteger(start)) throw new RangeError(\`start is too large: \${start}\`);
  return { start, capacity };
}
`,
    'input.ts': `import type { ${types} as Types } from './phlow-modules.js';

/** What a package asks for: one member per action, as phlow.yaml says. It has been checked before it arrives here. */
export type Input = Types.Input;

/** The input of one action. */
export type InputOf<Action extends Input['action']> = Extract<Input, { readonly action: Action }>;

export type Settings = Types.Settings;
export type Output = Types.Output;
`,
    'stats.ts': `/** Counts what the module is asked. */
export class Stats {
  #counted = 0;
  #lookUps = 0;
  #hits = 0;

  recordCount(): void {
    this.#counted++;
  }

  recordLookUp(isHit: boolean): void {
    this.#lookUps++;
    if (isHit) this.#hits++;
  }

  get counted(): number {
    return this.#counted;
  }

  /** Look-ups that found something, in percent; 0 before the first one. */
  get hitRate(): number {
    return this.#lookUps === 0 ? 0 : (100 * this.#hits) / this.#lookUps;
  }
}
`,
    'handlers.ts': `import type { Config } from './config.ts';
import type { InputOf, Output } from './input.ts';
import type { Stats } from './stats.ts';

/** What the module keeps while it runs. */
export interface State {
  readonly config: Config;
  readonly counts: Map<string, number>;
  readonly stats: Stats;
}

export function count({ config, counts, stats }: State, { key, by }: InputOf<'count'>): Output {
  const before = counts.get(key);
  if (before === undefined && counts.size >= config.capacity)
    return { success: false, key, error: \`Cannot count "\${key}": there are \${config.capacity} counts, as many as may be\` };
  const value = (before ?? config.start) + by;
  counts.set(key, value);
  stats.recordCount();
  return { success: true, key, value };
}

export function get({ counts, stats }: State, { key }: InputOf<'get'>): Output {
  const value = counts.get(key);
  stats.recordLookUp(value !== undefined);
  return value === undefined ? { success: true, found: false, key } : { success: true, found: true, key, value };
}

export function stats({ counts, stats: { counted, hitRate } }: State): Output {
  return { success: true, stats: { size: counts.size, counted, hit_rate: hitRate } };
}
`,
    [`test/${name}.test.ts`]: stepTests(true),
  };
}
