import type { Command } from '../command.js';
import { call } from './call.js';
import { check } from './check.js';
import { modules } from './modules.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [call, check, modules];
