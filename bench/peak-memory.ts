/** The most memory that a process has held, in bytes, by the text of its `/proc/PID/status`; undefined where the system does not say. */
export function peakIn(status: string): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}
