import type { Counts } from './census.js';

/** How much more there may be after than before: nothing, except where the collector's moods show. */
const ROOM: Readonly<Record<Exclude<keyof Counts, 'rssMb' | 'youngMb'>, number>> = {
  heapMb: 3,
  contexts: 0,
  listeners: 0,
  ports: 0,
  timers: 0,
  handles: 0,
  descriptors: 0,
  threads: 0,
  children: 0,
  files: 0,
};

/** What there is more of than there may be; resident memory is judged beside the control's. */
export function grown(before: Counts, after: Counts): string[] {
  return Object.entries(ROOM)
    .filter(([name, room]) => after[name as keyof typeof ROOM] > before[name as keyof typeof ROOM] + room)
    .map(([name]) => name);
}

/** Megabytes of resident memory that came, without V8's young generation. */
export function residentGrowth(before: Counts, after: Counts): number {
  return after.rssMb - after.youngMb - (before.rssMb - before.youngMb);
}
