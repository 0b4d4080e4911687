import { CORE } from './core.js';
import { Registry } from './registry.js';

/** Every builtin there is; a new group is one more row. */
export const BUILTINS = new Registry([CORE]);
