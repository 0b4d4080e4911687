import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PhlowError } from '../errors.js';
import { findOnPath } from './find-on-path.js';
import { visibleLine } from '../visible-text.js';

/**
 * An operating-system jail around the process of an isolated module: `auto` uses bubblewrap where it is installed, `required` refuses to load
 * without it, a command of the owner's own (say a container) is put before the process's command line.
 */
export type Jail = 'off' | 'auto' | 'required' | { readonly command: readonly string[] };

/** On this descriptor bubblewrap says which process it has started. */
const INFO = ['--info-fd', '4'] as const;
const TRY_MS = 5_000;
/** What a dynamically linked program needs. */
const LIBRARIES = ['/lib', '/lib64', '/lib32', '/usr/lib', '/usr/lib64'] as const;

/** What a module's process is put into. */
export interface SettledJail {
  /** `none`: it runs as a plain process. */
  readonly kind: 'none' | 'bubblewrap' | 'command';
  /** The words to put before its command line. */
  readonly command: readonly string[];
  /** Why there is none although `auto` asked for one; a phrase. */
  readonly missing: string | undefined;
}

const NO_JAIL: SettledJail = { kind: 'none', command: [], missing: undefined };

/**
 * Settles which jail there is: bubblewrap counts only when it has just started this very Node in one. Throws PHLOW_LEVEL_UNAVAILABLE when one
 * is required and cannot be had, PHLOW_OPTION_INVALID for anything that is no jail.
 */
export async function settleJail(jail: Jail, module: string): Promise<SettledJail> {
  if (jail === 'off') return NO_JAIL;
  if (jail === 'auto' || jail === 'required') {
    const bubblewrap = findOnPath('bwrap');
    const missing =
      bubblewrap === undefined ? 'bubblewrap (bwrap) is not installed' : await whyUseless(bubblewrap);
    if (bubblewrap !== undefined && missing === undefined)
      return { kind: 'bubblewrap', command: bubblewrapCommand(bubblewrap, INFO), missing };
    if (jail === 'auto') return { ...NO_JAIL, missing };
    const message = `Cannot load module "${module}": its jail is required, and ${missing ?? 'there is none'}; make bubblewrap work for this user, or name a command with jail: { command: [...] }`;
    throw new PhlowError('PHLOW_LEVEL_UNAVAILABLE', message, { details: { module } });
  }
  if (isCommand(jail)) return { kind: 'command', command: jail.command, missing: undefined };
  const message = `Cannot load module "${module}": jail must be off, auto, required or { command: [...] }`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
}

/** By the path of bubblewrap: what keeps it from working here. Tried once; a system does not change its mind about user namespaces. */
const tried = new Map<string, Promise<string | undefined>>();

function whyUseless(bubblewrap: string): Promise<string | undefined> {
  const known = tried.get(bubblewrap) ?? tryOut(bubblewrap);
  tried.set(bubblewrap, known);
  return known;
}

/** Starts this Node in a jail and lets it end at once; the first line of the complaint when that fails. */
function tryOut(bubblewrap: string): Promise<string | undefined> {
  const [command, ...args] = [...bubblewrapCommand(bubblewrap, []), process.execPath, '-e', '0'];
  return new Promise((resolve) => {
    execFile(command, args, { env: {}, cwd: '/', timeout: TRY_MS }, (error, _stdout, stderr) => {
      if (error === null) resolve(undefined);
      else {
        const [said = ''] = (stderr.trim() || error.message).split('\n');
        resolve(`bubblewrap (${bubblewrap}) cannot make a jail here: ${visibleLine(said)}`);
      }
    });
  });
}

function isCommand(jail: { readonly command: readonly string[] }): boolean {
  const command: unknown = jail.command;
  return Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === 'string');
}

/** No network, no other processes, no user, no files but the node that runs and the libraries it needs. */
function bubblewrapCommand(bubblewrap: string, more: readonly string[]): readonly string[] {
  const readable = [process.execPath, ...ownLibraries(), '/bin/sh', ...LIBRARIES].filter((path) =>
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
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--chdir',
    '/',
    ...more,
  ];
}

/** A Node outside of the system's folders may bring its libraries along. */
function ownLibraries(): readonly string[] {
  const folder = join(dirname(dirname(realpathSync(process.execPath))), 'lib');
  return LIBRARIES.some((library) => folder === library) || !existsSync(folder) ? [] : librariesIn(folder);
}

function librariesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.(?:so|dylib)\b/.test(name))
    .map((name) => join(folder, name));
}
