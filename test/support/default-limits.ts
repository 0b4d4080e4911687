import { limitsFor } from '../../src/sandbox/limits.js';

/** What a guest is held to when its manifest asks for nothing else. */
export const DEFAULT_LIMITS = limitsFor({
  memoryBytes: undefined,
  callMs: undefined,
  cpuMsPerSecond: undefined,
  replyBytes: undefined,
  logBytesPerSecond: undefined,
});
