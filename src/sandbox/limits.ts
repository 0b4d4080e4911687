import type { Limits } from '../manifest/manifest.js';

/** How much one module may use. Bytes, milliseconds and counts; every figure has a value. */
export interface ModuleLimits {
  /** The module's heap; what it holds outside the heap may come on top once more. */
  readonly memoryBytes: number;
  /** A package that is not answered in this time gets the module ended. */
  readonly callMs: number;
  /** CPU milliseconds per second of wall-clock time, on average over ten seconds; 1000 is one core. */
  readonly cpuMsPerSecond: number;
  /** The largest message, either way. */
  readonly replyBytes: number;
  /** Log lines beyond this are dropped and counted. */
  readonly logBytesPerSecond: number;
  /** Messages that nobody asked for (log lines, capabilities, events) beyond this end the module. */
  readonly messagesPerSecond: number;
  /** The same in bytes. */
  readonly bytesPerSecond: number;
  /** Milliseconds of the host's own thread that the module's messages may cost in a second; those that cost more wait, and may end it. */
  readonly hostMsPerSecond: number;
  /** Nested arrays and objects in one value. */
  readonly depth: number;
  /** CPU seconds of a process in all its lifetime: what ends a process whose host has died. */
  readonly lifetimeCpuSeconds: number;
}

const MIB = 1_048_576;

/** The most that an owner may allow: a frame may have half as many bytes more than characters, and 256 MiB are the most that is written (wire/byte-frames.ts). */
export const MAX_REPLY_BYTES = 128 * MIB;

/** What a module gets that wishes for nothing. */
const DEFAULT_LIMITS: ModuleLimits = Object.freeze({
  memoryBytes: 64 * MIB,
  callMs: 30_000,
  cpuMsPerSecond: 4_000,
  replyBytes: MIB,
  logBytesPerSecond: 64 * 1_024,
  messagesPerSecond: 20_000,
  bytesPerSecond: 32 * MIB,
  hostMsPerSecond: 250,
  depth: 256,
  lifetimeCpuSeconds: 3_600,
});

/** What a manifest's wishes are clamped to unless the owner says otherwise. */
const MAX_LIMITS: ModuleLimits = Object.freeze({
  ...DEFAULT_LIMITS,
  memoryBytes: 512 * MIB,
  callMs: 300_000,
  replyBytes: 16 * MIB,
  logBytesPerSecond: MIB,
  bytesPerSecond: 64 * MIB,
});

/** Heaps come in a few sizes only, so that a warm guest fits most modules. */
const MEMORY_STEP = 64 * MIB;

/**
 * The limits a module is held to: the owner's word where there is one, else the manifest's wish but never more than `MAX_LIMITS`, else the
 * default.
 */
export function limitsFor(asked: Limits, owner: Partial<ModuleLimits> = {}): ModuleLimits {
  const wished: Partial<ModuleLimits> = defined({
    memoryBytes: asked.memoryBytes,
    callMs: asked.callMs,
    cpuMsPerSecond: asked.cpuMsPerSecond,
    replyBytes: asked.replyBytes,
    logBytesPerSecond: asked.logBytesPerSecond,
  });
  const limits = { ...DEFAULT_LIMITS, ...clamped(wished), ...defined(owner) };
  return { ...limits, memoryBytes: Math.max(1, Math.ceil(limits.memoryBytes / MEMORY_STEP)) * MEMORY_STEP };
}

function clamped(wished: Partial<ModuleLimits>): Partial<ModuleLimits> {
  const entries = Object.entries(wished) as [keyof ModuleLimits, number][];
  return Object.fromEntries(entries.map(([name, value]) => [name, Math.min(value, MAX_LIMITS[name])]));
}

function defined(limits: { readonly [K in keyof ModuleLimits]?: number | undefined }): Partial<ModuleLimits> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
