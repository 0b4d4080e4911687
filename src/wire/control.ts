/** The few calls that the host makes besides packages. The module's side exposes them; the host only wraps. */
export interface Control {
  /** Answers as long as the event loop turns. */
  ping(): true;
  inspect(): Inspection;
  /** Runs the module's own `stop` and resolves when it is done. */
  stop(): Promise<void>;
}

/** What an instance itself knows; asked over the control plane, so it may never answer: put a deadline on it. */
export interface Inspection {
  readonly handled: number;
  readonly running: number;
  readonly queued: number;
  readonly uptimeMs: number;
  readonly heapUsedBytes: number;
}
