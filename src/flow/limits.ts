/** How large a flow may grow before it is refused with PHLOW_FLOW_TOO_LARGE. */
export const FLOW_LIMITS = Object.freeze({
  /** UTF-8 bytes of one file, UTF-16 units of the text that all includes come to. */
  textSize: 4 * 1024 * 1024,
  /** Files inside each other. */
  includeDepth: 200,
  /** Files included by one flow, repetitions counted. */
  includes: 10_000,
  /** Scripts that are used as modules inside each other. */
  scriptDepth: 100,
  /** Lists and mappings inside each other. */
  nesting: 800,
  /** Values after aliases have been filled in. */
  nodes: 1_000_000,
});

/** How much of a flow may go on at the same time, and how often the event loop gets its turn. */
export const RUN_LIMITS = Object.freeze({
  /** Steps that run without a wait before timers and signals are given a chance. */
  stepsPerTurn: 1_000,
  /** How long the flow's `finally` may take once its run was cancelled, in milliseconds. */
  finallyMs: 5_000,
  /** Packages a main module may have waiting for a free run; further ones are refused. */
  waitingRuns: 100_000,
  /** Calls that the runs of a flow may have waiting for room in one module; each takes about a kilobyte. */
  waitingCalls: 1_000_000,
});
