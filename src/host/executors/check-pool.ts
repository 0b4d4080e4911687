import { Piscina } from 'piscina';

const MAX_THREADS = 2;

/** What a pool of checks differs in: its script, how long an idle thread stays, and what a thread may hold. */
export type CheckPoolOptions = Pick<
  NonNullable<ConstructorParameters<typeof Piscina>[0]>,
  'filename' | 'idleTimeout' | 'resourceLimits'
>;

/** Threads that check what others wrote, beside the host's own: started when there is work, ended when they are idle. */
export function openCheckPool(options: CheckPoolOptions): Piscina {
  const opened = new Piscina({
    ...options,
    minThreads: 0,
    maxThreads: MAX_THREADS,
    // The default blocks an idle thread, which then cannot be ended in peace.
    atomics: 'disabled',
    recordTiming: false,
  });
  // Without a listener an error event would end the host; the task's own promise rejects.
  opened.on('error', () => undefined);
  return opened;
}
