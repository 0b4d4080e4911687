import { openSync, readdirSync, readFileSync } from 'node:fs';
import { PhlowError } from '../../../errors.js';
import { processLimit } from '../process-limit.js';
import type { StdioOptions } from 'node:child_process';

/** What a process can be started with, in the order of its descriptors. */
export type Stdio = Exclude<StdioOptions, string>;

/** Looking at all of a host with thousands of connections would take as long as starting the guest. */
const MAX_LOOKED_AT = 256;
const CLOSE_ON_EXEC = 0o2000000;

let nowhere: number | undefined;

/**
 * Puts /dev/null in the place of each descriptor of the host that would otherwise be open in a process that it starts. Node closes those that it
 * has opened itself, and the first that it was started with; what else the host was handed, or an add-on has opened, would be passed on.
 */
export function closeLeaking(stdio: Stdio): Stdio {
  const leaking = leakingDescriptors().filter((fd) => fd >= stdio.length);
  if (leaking.length === 0) return stdio;
  const beyond = leaking.find((fd) => fd >= processLimit('Max open files'));
  if (beyond !== undefined) {
    const message = `Cannot start the process of a module: descriptor ${beyond} of the host would be open in it and is beyond the limit of open files, so that it cannot be closed there; close it, or raise the limit (ulimit -n)`;
    throw new PhlowError('PHLOW_LEVEL_UNAVAILABLE', message);
  }
  nowhere ??= openSync('/dev/null', 'r');
  const all: Stdio = [...stdio];
  for (const fd of leaking) {
    while (all.length < fd) all.push('ignore');
    all[fd] = nowhere;
  }
  return all;
}

/** Descriptors of this process that a started program would find open, in ascending order; none where the system does not list them. */
function leakingDescriptors(): readonly number[] {
  try {
    return readdirSync('/proc/self/fdinfo')
      .slice(0, MAX_LOOKED_AT)
      .map(Number)
      .filter(isPassedOn)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

function isPassedOn(fd: number): boolean {
  try {
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // Closed meanwhile: the one that the folder was listed with.
    return false;
  }
}
