import type { Effective } from '../../src/sandbox/effective.js';

/** Effective permissions that allow nothing beyond what `granted` says. */
export function effective(granted: Partial<Effective> = {}): Effective {
  return {
    module: 'guest',
    fs: { read: [], write: [] },
    net: [],
    insecureTls: [],
    listen: [],
    env: {},
    timers: { max: 1_000, minDelayMs: 1 },
    clock: 'ms',
    crypto: ['random'],
    modules: [],
    terminal: false,
    wasm: false,
    childProcess: false,
    builtins: [],
    ...granted,
  };
}
