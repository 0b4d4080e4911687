import type { IsolationLevel } from '../../src/index.js';

/** Whether this Node can hold a guarded module while the current folder has files: Node 22 lets every guarded thread read them. */
export const canHoldGuarded = !process.version.startsWith('v22.');

/** The level guarded where it is to be had, for tests of what levels have in common. */
export const GUARDED: readonly IsolationLevel[] = canHoldGuarded ? ['guarded'] : [];

/** All levels that are to be had. */
export const LEVELS: readonly IsolationLevel[] = ['inline', 'trusted', ...GUARDED, 'sandboxed', 'isolated'];

/** Those of them that hold a module back. */
export const WALLED: readonly IsolationLevel[] = [...GUARDED, 'sandboxed', 'isolated'];
