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
}

export const DEFAULT_RESTART: RestartPolicy = Object.freeze({
  when: 'on_crash',
  backoffMs: 250,
  maxBackoffMs: 60_000,
  jitter: 0.2,
  maxRestarts: 5,
  windowMs: 60_000,
});
