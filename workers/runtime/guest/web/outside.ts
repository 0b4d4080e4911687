import type { Natives } from './natives.js';

/** Starts a timer of the module's, within its limits. */
export type StartTimer = (callback: () => void, ms: number) => unknown;

interface Outside {
  readonly natives: Natives;
  readonly startTimer: StartTimer;
}

let known: Outside | undefined;

/** Connects the classes of the web with what Node does for them. Called once, before code of a module runs. */
export function connectOutside(outside: Outside): void {
  known = outside;
}

/** What Node does; the classes ask for it where they need it, so that making them needs nothing. */
export function outside(): Outside {
  if (known === undefined) throw new Error('Cannot use the platform: it is not connected yet');
  return known;
}
