import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAlive } from '../../sandbox/lock/claim.js';
import type { Owner } from './records.js';

/** This copy of the library in this process. */
export const SELF: Owner = { pid: process.pid, start: startOf(process.pid), copy: randomUUID() };

/** Runs that this copy works on, by the paths of their journals. */
const working = new Set<string>();

/** Notes that this copy works on a run. */
export function beginWork(path: string): void {
  working.add(path);
}

/** The opposite. */
export function endWork(path: string): void {
  working.delete(path);
}

/** Whether the process that said it works on a run may still do so. */
export function isAtWork({ pid, start, copy }: Owner, path: string): boolean {
  if (copy === SELF.copy) return working.has(path);
  return isAlive(pid) && (start === '' || start === startOf(pid));
}

/** When a process began: the boot of the machine, and the time since. Empty where the system does not say. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold anything.
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return '';
  }
}
