import { readFileSync } from 'node:fs';
import { PhlowError } from '../../errors.js';

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

/** What the engine reserves for the heap, the code and from Node 25 on the tables of one more thread, with something to spare. */
const BYTES_PER_THREAD = (Number.parseInt(process.versions.node, 10) < 25 ? 512 : 1_024) * 1_048_576;
const PAGE_BYTES = 4_096;

let limit: number | undefined;

/**
 * Refuses a thread that the address space has no room for (`ulimit -v`): V8 ends the whole process when it cannot reserve what a thread needs,
 * and nobody can catch that.
 *
 * @throws PhlowError PHLOW_LEVEL_UNAVAILABLE.
 */
export function assertRoomForThread(): void {
  limit ??= processLimit('Max address space');
  if (limit === Infinity) return;
  const free = limit - usedAddresses();
  if (free >= BYTES_PER_THREAD) return;
  const megabytes = (bytes: number): number => Math.floor(bytes / 1_048_576);
  const message = `Cannot start a thread: ${megabytes(free)} MB of the process's address space are free, and a thread needs ${megabytes(BYTES_PER_THREAD)}; raise the limit (ulimit -v) or load fewer modules`;
  throw new PhlowError('PHLOW_LEVEL_UNAVAILABLE', message);
}

function usedAddresses(): number {
  try {
    return Number.parseInt(readFileSync('/proc/self/statm', 'utf8'), 10) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
