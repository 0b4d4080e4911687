import { readdirSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { join, sep } from 'node:path';
import { PhlowError } from '../../src/errors.js';
import type { GuardBoot } from '../../src/wire/boot-data.js';
import { removeBuiltins } from './builtin-list.js';
import { assertLinksInside } from './links-inside.js';
import { forbidNewLinks } from './no-new-links.js';
import { keepToOwnDescriptors } from './own-descriptors.js';
import { wrapFunction } from './wrap-function.js';

/** What of the process every thread can reach, and no guarded module needs. */
const PROCESS = [
  'kill',
  '_kill',
  '_debugProcess',
  '_debugEnd',
  'report',
  'abort',
  'setUncaughtExceptionCaptureCallback',
] as const;
const BUILTINS: Readonly<Record<string, readonly string[]>> = {
  v8: [
    'setFlagsFromString',
    'getHeapSnapshot',
    'writeHeapSnapshot',
    'queryObjects',
    'setHeapSnapshotNearHeapLimit',
    'takeCoverage',
    'stopCoverage',
  ],
  worker_threads: [
    'BroadcastChannel',
    'setEnvironmentData',
    'getEnvironmentData',
    'postMessageToThread',
    'locks',
  ],
  // They show the engine's side of handles and streams.
  async_hooks: ['createHook', 'executionAsyncResource'],
  os: ['setPriority'],
  crypto: ['setEngine'],
  // They take file descriptors of the process.
  tty: ['ReadStream', 'WriteStream'],
};
const GLOBALS = ['BroadcastChannel', 'navigator'] as const;

/**
 * Takes from a guarded module's thread what reaches into the rest of the process: signals, reports, V8's flags and heap, channels between
 * threads. A seat belt, not a wall: native code paths remain. Runs after our own code is loaded and before the module's.
 */
export async function confine({ readable, links, builtins, hasNetwork }: GuardBoot): Promise<void> {
  giveUpCurrentFolder(readable);
  assertLinksInside(links);
  const require = createRequire(import.meta.url);
  for (const name of PROCESS) Reflect.deleteProperty(process, name);
  for (const name of GLOBALS) Reflect.deleteProperty(globalThis, name);
  for (const [module, names] of Object.entries(BUILTINS)) {
    const exports = require(`node:${module}`) as object;
    for (const name of names) Reflect.deleteProperty(exports, name);
  }
  withoutPipes(require('node:child_process') as Programs);
  removeBuiltins({ builtins, hasNetwork });
  await keepToOwnDescriptors();
  forbidNewLinks();
  syncBuiltinESMExports();
}

/**
 * Newer Nodes let a thread under the permission model read the current folder though nobody granted it. Where that can be given up it is;
 * where it cannot, the level is not what it says unless there is nothing to read.
 */
function giveUpCurrentFolder(readable: readonly string[]): void {
  const here = process.cwd();
  const { permission } = process as unknown as { readonly permission?: Permission };
  if (permission === undefined || readable.some((path) => `${here}${sep}`.startsWith(path))) return;
  // Asked of a file as well: once a folder below is granted, Node denies to have let the folder itself be read, and lets its files be read.
  if (!permission.has('fs.read', here) && !permission.has('fs.read', join(here, NO_FILE))) return;
  if (permission.drop !== undefined) permission.drop('fs.read', here);
  else if (!isEmpty(here)) {
    const message = `Cannot hold the module at level guarded: this Node (${process.version}) lets it read the current folder, ${here}; use Node 24.21 or newer, start the host in an empty folder (cd into one, or process.chdir), or load the module as isolated`;
    throw new PhlowError('PHLOW_LEVEL_UNAVAILABLE', message);
  }
}

/** Node makes the pipes to a program before it refuses to start it, and a pipe opens any descriptor of the process. */
function withoutPipes({ ChildProcess: { prototype } }: Programs): void {
  wrapFunction(prototype, 'spawn', (run, [options]) =>
    run([{ ...(options as object | undefined), stdio: 'ignore' }]),
  );
}

interface Programs {
  readonly ChildProcess: { readonly prototype: object };
}

const NO_FILE = '.phlow-no-such-file';

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    // Not to be listed, though its files can be read.
    return false;
  }
}

interface Permission {
  has(scope: string, path: string): boolean;
  readonly drop?: (scope: string, path: string) => void;
}
