import type { IsolationLevel, LoadOptions, Module } from '../../src/index.js';

/** Levels whose modules are not trusted. */
export const GUESTS: readonly IsolationLevel[] = ['sandboxed', 'isolated'];
export const ALL: readonly IsolationLevel[] = ['trusted', 'guarded', 'sandboxed', 'isolated'];

/** One way for a module to keep its host busy. */
export interface Flood {
  readonly name: string;
  /** The module's entry. */
  readonly source: string;
  /** Lines of its manifest besides name, version and entry. */
  readonly manifest?: string;
  readonly levels: readonly IsolationLevel[];
  readonly load?: Partial<LoadOptions>;
  /** Makes what it works with before the host is watched; what it returns counts more than `load`. */
  readonly prepare?: () => Partial<LoadOptions>;
  /** What the owner does with it; default: one call. */
  readonly drive?: (module: Module) => Promise<unknown>;
  /** How long the host is watched at most, in milliseconds. */
  readonly watchMs?: number;
}

/** The most that a manifest may ask for. */
export const LARGEST = 'limits: { reply: 16MiB, memory: 512MiB, log: 1MiB/s }';

/** Reads a stream to its end. */
export async function readAll(module: Module): Promise<number> {
  let items = 0;
  for await (const item of module.stream({}, { timeoutMs: 20_000 })) if (item !== undefined) items++;
  return items;
}

/** Sends many packages at once; throws what ended the first one that failed when all others ended so too. */
export function callMany(count: number): (module: Module) => Promise<unknown> {
  return async (module) => {
    const calls = Array.from({ length: count }, (_, n) => module.call({ n }, { timeoutMs: 20_000 }));
    // All are waited for, the failed ones too.
    await Promise.allSettled(calls);
    return Promise.any(calls).catch(() => calls[0]);
  };
}
