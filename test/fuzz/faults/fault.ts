import type { Host, Module } from '../../../src/index.js';
import type { Dice } from '../dice.js';
import type { Board } from './board.js';

/** Where a package is played: the module under test and what its threads share with the test. */
export interface Stage {
  readonly host: Host;
  readonly module: Module;
  readonly board: Board;
  /** Lives that replied and were to die right afterwards. */
  readonly doomed: Set<number>;
  /** Input streams whose source has begun and was not told of its end. */
  readonly open: Set<number>;
}

/** `answered`, the code of the error, or what no package may end with. */
export type Outcome = string;

export const ANSWERED = 'answered';
export const CRASHED = 'PHLOW_MODULE_CRASHED';
export const HUNG = 'PHLOW_MODULE_HUNG';
export const DOWN = 'PHLOW_MODULE_DOWN';
export const FAILED = 'PHLOW_MODULE_ERROR';
export const LATE = 'PHLOW_CALL_TIMED_OUT';
export const CANCELLED = 'PHLOW_CALL_CANCELLED';

/** One way to hurt a package at one step of its way, and what may come of it. Written down here, not asked of the host. */
export interface Fault {
  readonly step: string;
  readonly fault: string;
  /** What the package itself may end with. */
  readonly allows: readonly Outcome[];
  /** What other packages of the same module may end with because of it, while both are under way. */
  readonly harms: readonly Outcome[];
  /** True when it ends a thread although nobody else is harmed by that. */
  readonly endsInstance?: boolean;
  /** Sends the package and tells how it ended. */
  readonly play: (stage: Stage, n: number, dice: Dice) => Promise<Outcome>;
}

/** True for a fault that ends a thread. */
export function endsInstance(fault: Fault): boolean {
  return fault.endsInstance ?? fault.harms.length > 0;
}
