import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;
/** The kernel counts CPU time in hundredths of a second. */
const TICK_MS = 10;
const NS_PER_MS = 1_000_000;

/** Memory that a process holds in RAM, in bytes; undefined where the system does not report it. */
export function rssOf(pid: number): number | undefined {
  const pages = read(pid, 'statm')?.split(' ')[1];
  return pages === undefined ? undefined : Number(pages) * PAGE_BYTES;
}

/** CPU time that a process has used, in milliseconds; undefined where the system does not report it. */
export function cpuMsOf(pid: number): number | undefined {
  const stat = read(pid, 'stat');
  if (stat === undefined) return undefined;
  const fields = fieldsAfterName(stat);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/**
 * For how long a thread has been ready to run without a core to run on, in milliseconds since it started: the second field of the kernel's
 * `schedstat` (Documentation/scheduler/sched-stats). A wait is added once it ends. Undefined where the system does not report it.
 */
export function coreWaitMsOf(pid: number | 'self', osThreadId: number): number | undefined {
  const waitedNs = Number(read(pid, `task/${osThreadId}/schedstat`)?.split(' ')[1]);
  return Number.isFinite(waitedNs) ? waitedNs / NS_PER_MS : undefined;
}

/** The process that another has started last; undefined where the system does not report it. */
export function lastChildOf(pid: number): number | undefined {
  const children = read(pid, `task/${pid}/children`);
  if (children !== undefined) return Number(children.trim().split(' ').at(-1)) || undefined;
  // A kernel that was built without that file.
  return processes().findLast((one) => parentOf(one) === pid);
}

function processes(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function parentOf(pid: number): number | undefined {
  const stat = read(pid, 'stat');
  return stat === undefined ? undefined : Number(fieldsAfterName(stat)[1]);
}

/** The second field is the name in brackets and may hold spaces. */
function fieldsAfterName(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(pid: number | 'self', name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // No such process or thread any more, or no such file system.
    return undefined;
  }
}
