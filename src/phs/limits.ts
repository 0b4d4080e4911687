import { PhlowError } from '../errors.js';

/** What an expression may use up. Exceeding a row ends the run with PHLOW_PHS_LIMIT, which `try` cannot catch. */
export interface Limits {
  /** UTF-16 units of source text. */
  readonly codeLength: number;
  /** Nesting of the syntax tree. */
  readonly depth: number;
  /** Nodes of the syntax tree. */
  readonly nodes: number;
  /** Loop turns, calls and items copied, in one run with all its replays. */
  readonly steps: number;
  /** Script functions and closures inside each other. */
  readonly callDepth: number;
  /** UTF-16 units of one string. */
  readonly stringLength: number;
  /** Items of one array. */
  readonly arrayItems: number;
  /** Entries of one map. */
  readonly mapEntries: number;
  /** Calls of modules in one run. */
  readonly moduleCalls: number;
}

/** The limits that hold where the host sets none. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  codeLength: 1_000_000,
  depth: 256,
  nodes: 100_000,
  steps: 20_000_000,
  callDepth: 128,
  stringLength: 10_000_000,
  arrayItems: 1_000_000,
  mapEntries: 1_000_000,
  moduleCalls: 1_000,
});

/**
 * The default limits with the host's own rows on top.
 *
 * @throws PhlowError PHLOW_OPTION_INVALID for a row that is no number of at least 0: nothing would ever exceed it.
 */
export function limitsWith(own: Partial<Limits> | undefined): Limits {
  if (own === undefined) return DEFAULT_LIMITS;
  const limits: Record<keyof Limits, number> = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    const value = own[name];
    if (value === undefined) continue;
    if (!(value >= 0)) {
      throw new PhlowError(
        'PHLOW_OPTION_INVALID',
        `Cannot use the limit "${name}": ${value} is no number of at least 0`,
      );
    }
    limits[name] = value;
  }
  return limits;
}
