import { PhlowError } from '../../errors.js';
import type { ModuleState } from '../module-types.js';

/** Where each state may lead. */
const NEXT = {
  loading: ['ready', 'failed', 'stopped'],
  ready: ['restarting', 'idle', 'draining', 'failed'],
  restarting: ['ready', 'failed', 'stopped'],
  idle: ['restarting', 'stopped'],
  draining: ['stopped'],
  failed: ['restarting', 'stopped'],
  stopped: [],
} as const satisfies Record<ModuleState, readonly ModuleState[]>;

/** The state of one module; a step that the table does not allow is a mistake of ours and throws. */
export class ModuleLifecycle {
  readonly #module: string;
  #now: ModuleState = 'loading';

  constructor(module: string) {
    this.#module = module;
  }

  get now(): ModuleState {
    return this.#now;
  }

  /** True in this state. Asked afresh each time: a state changes across every wait. */
  is(state: ModuleState): boolean {
    return this.#now === state;
  }

  transition(next: ModuleState): void {
    const allowed: readonly ModuleState[] = NEXT[this.#now];
    if (!allowed.includes(next)) {
      throw new PhlowError(
        'PHLOW_INTERNAL',
        `Cannot move module "${this.#module}" from ${this.#now} to ${next}`,
      );
    }
    this.#now = next;
  }
}
