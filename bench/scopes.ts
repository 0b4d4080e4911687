import type { Suite } from './suite.js';

/** Every scope, in the order in which they run. Loaded when asked for, so that one scope does not pay for another's peers. */
export const SCOPES: Readonly<Record<string, () => Promise<Suite>>> = {
  wire: async () => (await import('./suites/wire.js')).wire,
};
