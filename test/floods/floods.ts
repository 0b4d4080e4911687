import { CAPABILITY_FLOODS } from './capabilities.js';
import { FAULTS } from './faults.js';
import type { Flood } from './flood.js';
import { REPLIES } from './replies.js';
import { TALK } from './talk.js';

/** Every flood. */
export const FLOODS: readonly Flood[] = [...REPLIES, ...FAULTS, ...TALK, ...CAPABILITY_FLOODS];
