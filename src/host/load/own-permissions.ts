import { PhlowError } from '../../errors.js';
import type { IsolationLevel } from '../../manifest/isolation.js';
import { LEVELS } from '../../sandbox/levels.js';

/** What Node's permission model tells of the process that it holds. */
type Held = { readonly has: (scope: string) => boolean };

const STARTS = [
  { scope: 'worker', flag: '--allow-worker', what: 'threads' },
  { scope: 'child', flag: '--allow-child-process', what: 'programs' },
] as const;

/**
 * Refuses a level that the host's own process cannot carry out, when it runs under Node's permission model itself: a compartment's code is bundled
 * by a program, and each level but inline starts a thread or one. Throws PHLOW_LEVEL_UNAVAILABLE.
 */
export function assertMayStart(module: string, level: IsolationLevel, held = heldByNode()): void {
  if (held === undefined || level === 'inline') return;
  const { code, container } = LEVELS[level];
  const needed = STARTS.filter(({ scope }) =>
    scope === 'worker' ? container === 'thread' : code === 'compartment',
  );
  const missing = needed.filter(({ scope }) => !held.has(scope));
  if (missing.length === 0) return;
  const what = missing.map((one) => one.what).join(' and ');
  const flags = missing.map(({ flag }) => flag).join(' and ');
  const message = `Cannot load module "${module}" at level ${level}: Node's permission model lets the host's process start no ${what}; start Node with ${flags}, too, or without the model`;
  throw new PhlowError('PHLOW_LEVEL_UNAVAILABLE', message, { details: { module, level } });
}

function heldByNode(): Held | undefined {
  return (process as { readonly permission?: Held }).permission;
}
