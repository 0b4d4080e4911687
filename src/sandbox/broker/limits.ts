/** How much one module instance may use of what it was granted. Bytes, milliseconds, counts. */
export interface BrokerLimits {
  /** Largest file that is read in one call. */
  readonly maxReadBytes: number;
  /** Bytes of files, bodies and lists that the host holds at once for answers that the module has not received; further ones wait. */
  readonly maxAnswerBytes: number;
  /** Characters of one answer: a file or a body that cannot fit is not read. */
  readonly maxAnswerLength: number;
  /** All that an instance may write in its lifetime. */
  readonly maxWrittenBytes: number;
  /** Most entries of a folder that `fs.list` gives. */
  readonly maxListed: number;
  /** Largest body of a response. */
  readonly maxResponseBytes: number;
  /** All that an instance may receive from the network in its lifetime. */
  readonly maxReceivedBytes: number;
  /** From the first byte sent to the last received, redirects included. */
  readonly requestMs: number;
  readonly maxRedirects: number;
  readonly maxInFlight: number;
  /** Most modules a package may pass through. */
  readonly maxHops: number;
}

/** The limits unless the host's owner sets others. */
export const BROKER_LIMITS: BrokerLimits = Object.freeze({
  maxReadBytes: 16 * 1_048_576,
  maxAnswerBytes: 32 * 1_048_576,
  maxAnswerLength: Infinity,
  maxWrittenBytes: 256 * 1_048_576,
  maxListed: 10_000,
  maxResponseBytes: 8 * 1_048_576,
  maxReceivedBytes: 1_024 * 1_048_576,
  requestMs: 30_000,
  maxRedirects: 5,
  maxInFlight: 64,
  maxHops: 8,
});

/** For the modules that ship with phlow, which serve for as long as their host does: nothing adds up over their lifetime. */
export const BUILT_IN_LIMITS: Partial<BrokerLimits> = Object.freeze({
  maxWrittenBytes: Infinity,
  maxReceivedBytes: Infinity,
});
