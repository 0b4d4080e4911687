import { availableParallelism } from 'node:os';
import { PhlowError } from '../../../errors.js';
import type { IsolationLevel } from '../../../manifest/isolation.js';
import { LEVELS } from '../../../sandbox/levels.js';
import { isMap, textOf } from '../../../values.js';

/** What is asked for, by the owner and by the manifest. */
export interface PoolWish {
  readonly module: string;
  readonly level: IsolationLevel;
  readonly manifest: number | 'auto' | undefined;
  readonly owner: number | 'auto' | undefined;
  readonly affinity: string | undefined;
  readonly isMain: boolean;
  readonly clock: 'real' | 'manual';
}

/** A module in more than one thread. */
export interface PoolPlan {
  readonly replicas: number;
  readonly keyOf: KeyOf | undefined;
}

const MAX_REPLICAS = 256;

/** Settles in how many threads a module runs; undefined for one ordinary thread. Throws PHLOW_OPTION_INVALID for what cannot be. */
export function planPool(wish: PoolWish): PoolPlan | undefined {
  const { module, level, affinity } = wish;
  const wanted = wish.owner ?? wish.manifest ?? 1;
  const replicas = wanted === 'auto' ? availableParallelism() : wanted;
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > MAX_REPLICAS)
    throw invalid(
      module,
      `replicas is ${replicas}, expected a whole number from 1 to ${MAX_REPLICAS} or 'auto'`,
    );
  const keyOf = affinity === undefined ? undefined : affinityOf(affinity, module);
  if (replicas === 1) return undefined;
  if (LEVELS[level].code !== 'native')
    throw invalid(
      module,
      `at level ${level} there are no replicas; load it with replicas: 1, or as trusted or guarded`,
    );
  if (wish.isMain)
    throw invalid(module, 'it starts runs of a flow, which must happen once; load it with replicas: 1');
  if (wish.clock === 'manual')
    throw invalid(module, 'a manual clock moves one thread only; load it with replicas: 1');
  return { replicas, keyOf };
}

function invalid(module: string, found: string): PhlowError {
  const message = `Cannot load module "${module}" in replicas: ${found}`;
  return new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
}

/** Reads the key of an input. */
export type KeyOf = (input: unknown) => unknown;

/** Compiles a path such as `input.user.id`: own properties only, undefined where there is none. */
function affinityOf(path: string, module: string): KeyOf {
  const [root, ...keys] = path.split('.');
  if (root !== 'input' || keys.some((key) => key === '')) {
    const message = `Cannot load module "${module}": affinity is "${path}", expected a path such as "input.key"`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
  }
  return (input) => {
    let at: unknown = input;
    for (const key of keys) at = isMap(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    return at;
  };
}

/** One of `places`, always the same for equal keys: FNV-1a over the key as text. */
export function replicaFor(key: unknown, places: number): number {
  const text = textOf(key);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % places;
}
