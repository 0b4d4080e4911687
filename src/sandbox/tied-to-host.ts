import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findOnPath } from './find-on-path.js';

/** The descriptor on which a watcher learns that the host is gone: a pipe whose other end nobody but the host holds. */
export const TIE = 4;

/** The shell of every POSIX system. */
export const SHELL = '/bin/sh';

const TRY_MS = 5_000;

/**
 * Leaves a watcher behind and becomes what follows. The watcher holds nothing but the tie: a channel that it kept open would never end. It
 * ends the whole group, or, where a jail has made other groups, the process that the shell has become.
 */
const WATCH = '(exec >&- 2>&- 3>&-; read -r x <&4; kill -9 -$$ || kill -9 $$) & exec "$@" 4<&-';

/** A command line whose group is killed by a watcher once the descriptor `TIE` ends; undefined where there is no shell. */
export function watched(words: readonly string[]): readonly string[] | undefined {
  return existsSync(SHELL) ? [SHELL, '-c', WATCH, SHELL, ...words] : undefined;
}

/**
 * The same for a program that is waited for: the shell stays its parent and its watcher's, and ends as it does. What becomes of a child whose parent is
 * gone is the first process's to see to, and a host that is the first of its container, as Node in Docker is, does not.
 */
const WAIT =
  'exec 5<&0; "$@" <&5 5<&- 4<&- & main=$!; (exec >&- 2>&- 3>&- 5<&- </dev/null; read -r x <&4; kill -9 -$$ || kill -9 $main) & watcher=$!; exec >&- 2>&- 5<&-; wait $main; status=$?; exec 4<&-; kill -9 $watcher; wait $watcher; exit $status';

/** A command line like that of `watched`, which leaves no process behind when it ends by itself. */
export function watchedAndWaitedFor(words: readonly string[]): readonly string[] | undefined {
  return existsSync(SHELL) ? [SHELL, '-c', WAIT, SHELL, ...words] : undefined;
}

let parentDeath: readonly string[] | undefined;

/**
 * The words before a command line that let the kernel kill the process when its parent dies; empty where that does not work. A kill signal of
 * the kernel needs no process of ours that waits, and reaches one that spins or ignores every other signal.
 */
export function killedByKernel(): readonly string[] {
  parentDeath ??= tryParentDeath();
  return parentDeath;
}

function tryParentDeath(): readonly string[] {
  const setpriv = process.platform === 'linux' ? findOnPath('setpriv') : undefined;
  if (setpriv === undefined || hasCapabilitiesOfFile()) return [];
  const words = [setpriv, '--pdeathsig', 'SIGKILL', '--'];
  // Small versions of the program do not know the option.
  const { status } = spawnSync(setpriv, [...words.slice(1), SHELL, '-c', ':'], {
    env: {},
    stdio: 'ignore',
    timeout: TRY_MS,
  });
  return status === 0 ? words : [];
}

/** The kernel forgets the parent's signal when a program gains capabilities by its file, as a Node that may bind low ports does. */
function hasCapabilitiesOfFile(): boolean {
  if (process.geteuid?.() === 0) return false;
  try {
    return !/^CapPrm:\s*0+$/m.test(readFileSync('/proc/self/status', 'utf8'));
  } catch {
    return true;
  }
}
