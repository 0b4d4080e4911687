import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { PhlowError } from '../errors.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import { isMap } from '../values.js';
import { findOnPath } from './find-on-path.js';
import { LEVELS } from './levels.js';
import { visibleLine } from '../visible-text.js';
import { bubblewrapCommand, FILTER } from './jail/bubblewrap.js';
import { namespacesCommand } from './jail/namespaces.js';
import { syscallFilter } from './jail/syscall-filter.js';

/**
 * An operating-system jail around the process of an isolated module: `auto` uses bubblewrap, or else namespaces of the kernel, where they
 * work, `required` refuses to load without either, a command of the owner's own (say a container) is put before the process's command line.
 */
export type Jail = 'off' | 'auto' | 'required' | { readonly command: readonly string[] };

/** What a module's process is put into. */
export interface SettledJail {
  /** `none`: it runs as a plain process. */
  readonly kind: 'none' | 'bubblewrap' | 'namespaces' | 'command';
  /** The words to put before its command line. */
  readonly command: readonly string[];
  /** Whether it reads a system call filter on descriptor `FILTER`. */
  readonly isFiltered: boolean;
  /** Why there is none, or less of one than there could be, although `auto` asked for one; a phrase. */
  readonly missing: string | undefined;
}

/** A plain process. */
export const NO_JAIL: SettledJail = { kind: 'none', command: [], isFiltered: false, missing: undefined };

const TRY_MS = 5_000;

/**
 * Settles which jail there is: one counts only when this very Node has started in it. Throws PHLOW_LEVEL_UNAVAILABLE when one
 * is required and cannot be had, PHLOW_OPTION_INVALID for anything that is no jail.
 */
export async function settleJail(asked: Jail, module: string): Promise<SettledJail> {
  const jail = readJail(asked, module);
  if (jail === 'off') return NO_JAIL;
  if (jail === 'auto' || jail === 'required') {
    const found = await jailHere();
    if (jail === 'auto' || found.kind !== 'none') return found;
    const message = `Cannot load module "${module}": its jail is required, and ${found.missing ?? 'there is none'}; make bubblewrap work for this user, or name a command with jail: { command: [...] }`;
    throw new PhlowError('PHLOW_LEVEL_UNAVAILABLE', message, { details: { module } });
  }
  return { ...NO_JAIL, kind: 'command', command: jail.command };
}

/** Reads what a person wrote for a jail. Throws PHLOW_OPTION_INVALID for anything that is none. */
export function readJail(written: unknown, module: string): Jail {
  const word = WORDS.find((known) => known === written);
  if (word !== undefined) return word;
  if (isCommand(written)) return written;
  const message = `Cannot load module "${module}": jail must be off, auto, required or { command: [...] }`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
}

const WORDS: readonly Jail[] = ['off', 'auto', 'required'];

function isCommand(jail: unknown): jail is { readonly command: readonly string[] } {
  const command = isMap(jail) ? jail['command'] : undefined;
  return Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === 'string');
}

/** Refuses a jail that was asked for where a module has no process to put into it. Throws PHLOW_OPTION_INVALID. */
export function assertJailFits(jail: Jail | undefined, level: IsolationLevel, module: string): void {
  if (jail === undefined || jail === 'off' || jail === 'auto' || LEVELS[level].container === 'process')
    return;
  const message = `Cannot load module "${module}": a jail goes around a process of its own, and at level ${level} it has none; load it with isolation: isolated, or without a jail`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
}

/** By the programs that could make one: what they give here. Tried once; a system does not change its mind about user namespaces. */
const tried = new Map<string, Promise<SettledJail>>();

function jailHere(): Promise<SettledJail> {
  const [bubblewrap, unshare] = [findOnPath('bwrap'), findOnPath('unshare')];
  const key = JSON.stringify([bubblewrap, unshare]);
  const known = tried.get(key) ?? tryOut(bubblewrap, unshare);
  tried.set(key, known);
  return known;
}

/** Bubblewrap, with a filter if there is one for this machine and its kernel takes it; without bubblewrap the system's own programs. */
async function tryOut(bubblewrap: string | undefined, unshare: string | undefined): Promise<SettledJail> {
  const complaints = bubblewrap === undefined ? ['bubblewrap (bwrap) is not installed'] : [];
  const filter = syscallFilter();
  const candidates: readonly Omit<SettledJail, 'missing'>[] = [
    ...(bubblewrap === undefined ? [] : [filter !== undefined, false]).map((isFiltered) => ({
      kind: 'bubblewrap' as const,
      command: bubblewrapCommand(bubblewrap ?? '', isFiltered),
      isFiltered,
    })),
    ...(unshare === undefined || process.platform !== 'linux'
      ? []
      : [{ kind: 'namespaces' as const, command: namespacesCommand(unshare), isFiltered: false }]),
  ];
  for (const candidate of candidates) {
    const complaint = await complaintOf(candidate.command, candidate.isFiltered ? filter : undefined);
    if (complaint === undefined) return { ...candidate, missing: undefined };
    const [program = ''] = candidate.command;
    const name = candidate.kind === 'bubblewrap' ? 'bubblewrap' : 'unshare';
    complaints.push(`${name} (${program}) cannot make a jail here: ${complaint}`);
  }
  return { ...NO_JAIL, missing: [...new Set(complaints)].join('; ') };
}

/** Starts this Node in a jail to print its version and exit; the first line of the complaint when that fails. */
function complaintOf(words: readonly string[], filter: Uint8Array | undefined): Promise<string | undefined> {
  const [command, ...args] = [...words, process.execPath, '--version'];
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: {},
      cwd: '/',
      timeout: TRY_MS,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'ignore', 'pipe', 'ignore', 'ignore', filter === undefined ? 'ignore' : 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', ({ message }) => resolve(visibleLine(message)));
    child.once('close', (code, signal) => {
      const [line = ''] = said.trim().split('\n');
      resolve(code === 0 ? undefined : visibleLine(line || `it ended with ${String(code ?? signal)}`));
    });
    if (filter !== undefined) sendFilter(child.stdio, filter);
  });
}

/** Writes the filter into the pipe on which a jail that was started reads it. */
export function sendFilter(stdio: readonly unknown[], filter: Uint8Array): void {
  const pipe = stdio[FILTER] as Writable;
  // A jail that does not start reads nothing: its exit reports that.
  pipe.on('error', () => undefined);
  pipe.end(filter);
}
