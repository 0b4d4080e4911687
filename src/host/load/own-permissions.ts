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
  assertPlainNode(module, level);
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

/**
 * Refuses a level that needs a Node of its own where only the host's process has what makes the files readable (Yarn's PnP, which keeps packages in
 * archives), or where the host's program is not Node (Electron, which would start the application once more). Throws PHLOW_LEVEL_UNAVAILABLE.
 */
export function assertPlainNode(
  module: string,
  level: IsolationLevel,
  { pnp, electron }: Readonly<Record<string, string | undefined>> = process.versions,
): void {
  if (!LEVELS[level].hasPermissionModel) return;
  const why =
    pnp !== undefined
      ? 'Yarn has installed the packages in archives (PnP), which what runs at this level cannot read; set `nodeLinker: node-modules` in .yarnrc.yml and install again'
      : electron !== undefined && level !== 'guarded'
        ? 'it starts a Node of its own, and the program of this process is Electron; run the host in a process of Node.js'
        : undefined;
  if (why === undefined) return;
  const message = `Cannot load module "${module}" at level ${level}: ${why}`;
  throw new PhlowError('PHLOW_LEVEL_UNAVAILABLE', message, { details: { module, level } });
}

function heldByNode(): Held | undefined {
  return (process as { readonly permission?: Held }).permission;
}
