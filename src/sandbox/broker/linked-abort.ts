import { followAbort } from '../../follow-abort.js';
import { Timer } from '../../timer.js';

/** A signal that follows others, and the way to let go of them. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  /** Removes the listeners and the timer; call it when the work has ended. */
  readonly release: () => void;
}

/**
 * A signal that aborts with the first of `sources`, or after `timeoutMs`. Not AbortSignal.any with AbortSignal.timeout: on Node 20 the
 * collector may take the dependent signal away, and the work then never ends.
 */
export function linkAbort(sources: readonly (AbortSignal | undefined)[], timeoutMs?: number): LinkedAbort {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = timeoutMs === undefined ? undefined : new Timer(timeoutMs, abort);
  const unfollow = sources.map((source) => followAbort(source, abort));
  if (sources.some((source) => source?.aborted === true)) abort();
  return {
    signal: controller.signal,
    release: () => {
      timer?.clear();
      for (const stop of unfollow) stop();
    },
  };
}
