import type { Container } from './bare-guest.js';
import type { Gift } from './guest-script.js';
import type { PowerName } from './powers.js';

/** What gets through when so much is given away and all walls stand. */
export const STANDING: readonly (readonly [Container, Gift, readonly PowerName[]])[] = [
  ['thread', 'compartment', []],
  ['thread', 'objects', []],
  // What the host's own code has put there with `setEnvironmentData`: Node hands every thread a copy, which nothing can find and empty.
  // The class of blobs, where Node has loaded it, takes anything for a handle.
  ['thread', 'internals', ["another module's data", 'crash the host']],
  ['process', 'compartment', []],
  ['process', 'objects', []],
  ['process', 'internals', []],
  ['jail', 'internals', []],
];
