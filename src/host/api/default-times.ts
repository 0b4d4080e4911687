/** Milliseconds that the host gives a module for what it has to do, where neither its owner nor its manifest says otherwise. */
export const DEFAULT_TIMES = Object.freeze({
  /** From start to "ready". */
  loadMs: 10_000,
  /** For packages in flight when the module is to end. */
  drainMs: 5_000,
  /** For the module's own `stop`, and for an event loop that does not turn when the module is to end. */
  stopMs: 2_000,
  /** To show that its event loop turns. */
  graceMs: 250,
  /** To go once it was ended. */
  terminateMs: 5_000,
  /** The same in a compartment, whose code is not trusted. */
  terminateGuestMs: 2_000,
  /** For an event loop that does not turn with packages in flight. */
  hangMs: 30_000,
});
