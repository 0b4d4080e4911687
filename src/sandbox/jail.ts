import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { PhlowError } from '../errors.js';

/**
 * An operating-system jail around the process of an isolated module: `auto` uses bubblewrap where it is installed, `required` refuses to load
 * without it, a command of the owner's own (say a container) is put before the process's command line.
 */
export type Jail = 'off' | 'auto' | 'required' | { readonly command: readonly string[] };

/** Where a descriptor is opened on which bubblewrap says which process it has started. */
const INFO_DESCRIPTOR = '4';
/** What a dynamically linked program needs. */
const LIBRARIES = ['/lib', '/lib64', '/lib32', '/usr/lib', '/usr/lib64'] as const;

/**
 * The words to put before a module's command line; none without a jail. Throws PHLOW_LEVEL_UNAVAILABLE when one is required and missing,
 * PHLOW_OPTION_INVALID for anything that is no jail.
 */
export function jailCommand(jail: Jail, module: string): readonly string[] {
  if (jail === 'off') return [];
  if (jail === 'auto' || jail === 'required') {
    const bubblewrap = findOnPath('bwrap');
    if (bubblewrap !== undefined) return bubblewrapCommand(bubblewrap);
    if (jail === 'auto') return [];
    const message = `Cannot load module "${module}": its jail is required, and bubblewrap (bwrap) is not installed; install it, or name a command with jail: { command: [...] }`;
    throw new PhlowError('PHLOW_LEVEL_UNAVAILABLE', message, { details: { module } });
  }
  if (isCommand(jail)) return jail.command;
  const message = `Cannot load module "${module}": jail must be off, auto, required or { command: [...] }`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
}

function isCommand(jail: { readonly command: readonly string[] }): boolean {
  const command: unknown = jail.command;
  return Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === 'string');
}

/** No network, no other processes, no user, no files but the node that runs and the libraries it needs. */
function bubblewrapCommand(bubblewrap: string): readonly string[] {
  const readable = [dirname(realpathSync(process.execPath)), '/bin/sh', ...LIBRARIES].filter((path) =>
    existsSync(path),
  );
  return [
    bubblewrap,
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    '--clearenv',
    '--uid',
    '65534',
    '--gid',
    '65534',
    ...readable.flatMap((path) => ['--ro-bind', realpathSync(path), path]),
    ...nodeLink(),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--chdir',
    '/',
    '--info-fd',
    INFO_DESCRIPTOR,
  ];
}

/** Node may be started through a link whose folder is not mounted. */
function nodeLink(): readonly string[] {
  const real = realpathSync(process.execPath);
  return real === process.execPath ? [] : ['--ro-bind', real, process.execPath];
}

function findOnPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}
