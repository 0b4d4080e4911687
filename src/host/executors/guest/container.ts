import type { SettledJail } from '../../../sandbox/jail.js';
import type { ModuleLimits } from '../../../sandbox/limits.js';
import { PhlowError } from '../../../errors.js';
import type { ExecutorExit } from '../executor.js';

/** The words that make a jail, and what kind of one. */
export type JailCommand = Pick<SettledJail, 'kind' | 'command' | 'isFiltered'>;

/** Everything that a container is started with; guests with equal specs are interchangeable until a module is loaded into one. */
export interface ContainerSpec {
  readonly memoryBytes: number;
  readonly lifetimeCpuSeconds: number;
  /** What a process is put into. */
  readonly jail: JailCommand;
  /** Whether V8 may compile WebAssembly in the realm. */
  readonly wasm: boolean;
}

/** What a container for a module with these limits, in this jail, is started with. */
export function containerSpec(of: {
  readonly jail: JailCommand;
  readonly limits: ModuleLimits;
  readonly wasm: boolean;
}): ContainerSpec {
  const { memoryBytes, lifetimeCpuSeconds } = of.limits;
  return { jail: of.jail, memoryBytes, lifetimeCpuSeconds, wasm: of.wasm };
}

/** What a guest's own code needs before it can load a module. */
export interface ContainerBootData {
  readonly token: string;
  readonly script: string;
  /** V8's cache of the script; undefined when none was made yet for containers of this kind. */
  readonly cache: Uint8Array | undefined;
  readonly wasm: boolean;
}

/** How a container ended, as far as that shows from outside. */
export interface ContainerExit {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly isOutOfMemory: boolean;
  /** What the container threw, where the platform reports it. */
  readonly error: unknown;
}

/** What a container reports. None of these may throw. */
export interface ContainerEvents {
  /** The text of a frame, or its bytes when they are many: they are the reader's own. */
  frame(frame: string | Buffer): void;
  /** Something came that is no frame at all. */
  nonsense(found: string): void;
  printed(line: string): void;
  exit(exit: ContainerExit): void;
}

/** What is measured from outside, also while the code inside spins. */
export interface ContainerFigures {
  readonly memoryBytes: number | undefined;
  /** CPU time of a process, busy time of a thread's event loop, since the start. */
  readonly busyMs: number | undefined;
}

/** A thread or a process that a guest lives in. */
export interface Container {
  readonly threadId: number | undefined;
  start(bootData: ContainerBootData, events: ContainerEvents): void;
  send(frame: string): void;
  /** From now on frames above this many characters are refused unread. */
  limitFrames(maxLength: number): void;
  /** Leaves what the guest sends where it is, until `resume`; what has come already is still handed on. */
  pause(): void;
  resume(): void;
  /** Bytes that were sent and not taken yet. */
  readonly unsentBytes: number;
  figures(): ContainerFigures;
  /** See `Part.coreWaitMs`. */
  coreWaitMs?(): number | undefined;
  /** Ends it at once; `exit` follows unless it cannot be ended. */
  kill(): void;
}

/** Why the host has ended a guest. */
export interface Killed {
  readonly error: unknown;
  readonly isMemory: boolean;
}

/** What a container's end means for its module: what the host did counts most, then what the guest said of itself, then what was seen. */
export function guestExit(
  { exitCode, signal, isOutOfMemory, error }: ContainerExit,
  killed: Killed | undefined,
  uncaught: { readonly error: unknown } | undefined,
  memoryBytes: number,
): ExecutorExit {
  const may = `it may hold ${Math.ceil(memoryBytes / 1_048_576)} MiB`;
  const raise = '`limits.memory` of its manifest or of its owner';
  if (killed !== undefined) {
    const { error: why, isMemory } = killed;
    const isViolation = why instanceof PhlowError && why.code === 'PHLOW_WIRE_VIOLATION';
    // What the host has measured says more.
    const found = why instanceof PhlowError ? why.message.replace(/^Ended module "[^"]*": /, '') : may;
    return {
      ...(isMemory ? { memoryLimit: `${found}; raise that with ${raise}` } : {}),
      reason: isMemory ? 'out_of_memory' : isViolation ? 'violation' : 'terminated',
      exitCode,
      error: why,
    };
  }
  if (isOutOfMemory)
    return { reason: 'out_of_memory', exitCode, error, memoryLimit: `${may}; raise that with ${raise}` };
  if (uncaught !== undefined) return { reason: 'uncaught', exitCode, error: uncaught.error };
  const why = error ?? (signal === undefined ? undefined : new Error(`it was ended by ${signal}`));
  return { reason: why === undefined ? 'exited' : 'uncaught', exitCode, error: why };
}
