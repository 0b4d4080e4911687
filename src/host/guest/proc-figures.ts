import { readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;
/** The kernel counts CPU time in hundredths of a second. */
const TICK_MS = 10;

/** Memory that a process holds in RAM, in bytes; undefined where the system does not tell. */
export function rssOf(pid: number): number | undefined {
  const pages = read(pid, 'statm')?.split(' ')[1];
  return pages === undefined ? undefined : Number(pages) * PAGE_BYTES;
}

/** CPU time that a process has used, in milliseconds; undefined where the system does not tell. */
export function cpuMsOf(pid: number): number | undefined {
  const stat = read(pid, 'stat');
  if (stat === undefined) return undefined;
  // The second field is the name in brackets and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function read(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // No such process any more, or no such file system.
    return undefined;
  }
}
