import type { Suite } from '../src/measure/suite.js';

/**
 * Every scope, in the order in which they run, with the suites it consists of: one after the other, each closed before the next
 * one opens. Loaded when asked for, so that one scope does not pay for another's peers.
 */
export const SCOPES: Readonly<Record<string, () => Promise<readonly Suite[]>>> = {
  wire: async () => [(await import('./suites/wire.js')).wire],
  modules: async () => (await import('./suites/modules.js')).modules,
  cache: async () => (await import('./suites/cache.js')).cache,
  stores: async () => [(await import('./suites/stores.js')).stores],
  start: async () => [(await import('./suites/start.js')).start],
  boot: async () => [(await import('./suites/boot.js')).boot],
  payload: async () => [(await import('./suites/payload.js')).payload],
  pool: async () => [(await import('./suites/pool.js')).pool],
  flow: async () => [(await import('./suites/flow.js')).flow],
  http: async () => [(await import('./suites/http.js')).http],
  nats: async () => [(await import('./suites/nats.js')).nats],
  phs: async () => [(await import('./suites/phs.js')).phs],
  isolation: async () => (await import('./suites/isolation.js')).isolation,
  scale: async () => (await import('./suites/scale.js')).scale,
  original: async () => [(await import('./suites/original.js')).original],
  idle: async () => [(await import('./suites/idle.js')).idle],
};
