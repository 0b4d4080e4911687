import { readFileSync } from 'node:fs';

const NS_PER_MS = 1_000_000;

/**
 * For how long a thread has been ready to run without a core to run on, in milliseconds since it started: the second field of the kernel's
 * `schedstat` (Documentation/scheduler/sched-stats). A wait is added once it ends. Undefined where the system does not report it.
 */
export function coreWaitMsOf(pid: number | 'self', osThreadId: number): number | undefined {
  try {
    const waitedNs = Number(readFileSync(`/proc/${pid}/task/${osThreadId}/schedstat`, 'utf8').split(' ')[1]);
    return Number.isFinite(waitedNs) ? waitedNs / NS_PER_MS : undefined;
  } catch {
    // No such thread any more, or no such file system.
    return undefined;
  }
}
