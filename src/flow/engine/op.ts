import type { RunState } from './run-state.js';

/** One thing that a step does. Returns a promise only if it has to wait. */
export type Op = (run: RunState) => Promise<void> | undefined;
