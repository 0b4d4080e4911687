import { readFileSync } from 'node:fs';

/**
 * A soft limit of this process by the name that the kernel gives it in `/proc/self/limits`, such as `Max open files`; Infinity where there is none
 * or the system does not report it.
 */
export function processLimit(name: string): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const line = limits.split('\n').find((one) => one.startsWith(name)) ?? '';
    const [, soft] = /^\s+(\d+)/.exec(line.slice(name.length)) ?? [];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}
