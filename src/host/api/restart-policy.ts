/** When a module that ended is started again. */
export interface RestartPolicy {
  /** `on_crash`: after any end that nobody asked for. `always`: also after an orderly exit. `never`: not at all. */
  readonly when: 'always' | 'on_crash' | 'never';
  /** Milliseconds before the second restart in a row; the first is immediate, each further one waits twice as long. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Share of the back-off by which it is varied at random, so that many modules do not restart in step. */
  readonly jitter: number;
  /** More than so many restarts within `windowMs` are a crash loop: the module is given up as failed. */
  readonly maxRestarts: number;
  readonly windowMs: number;
  /**
   * Milliseconds after which a module that was given up for a crash loop is started once more on trial: it either takes packages again, with
   * all its restarts, or is given up for as long again. Infinity: never, only `restart()` brings it back.
   */
  readonly coolDownMs: number;
}

/**
 * How much a module is trusted to stay up, in the words of a circuit breaker: `closed` is the rule, `open` means that it was given up for a crash
 * loop, `half_open` that it is started on trial.
 */
export type Circuit = 'closed' | 'open' | 'half_open';

export const DEFAULT_RESTART: RestartPolicy = Object.freeze({
  when: 'on_crash',
  backoffMs: 250,
  maxBackoffMs: 60_000,
  jitter: 0.2,
  maxRestarts: 5,
  windowMs: 60_000,
  coolDownMs: 60_000,
});
