import { setMaxListeners } from 'node:events';
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
  for (const source of sources) {
    // As many calls as a module has under way hang on the one signal of its end; Node would warn of a leak.
    if (source !== undefined) setMaxListeners(0, source);
    if (source?.aborted === true) abort();
    source?.addEventListener('abort', abort, { once: true });
  }
  return {
    signal: controller.signal,
    release: () => {
      timer?.clear();
      for (const source of sources) source?.removeEventListener('abort', abort);
    },
  };
}
