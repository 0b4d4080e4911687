import { setTimeout as delay } from 'node:timers/promises';
import {
  createHost,
  isPhlowError,
  type Host,
  type IsolationLevel,
  type LoadOptions,
  type Module,
} from '../../src/index.js';
import { isMap, textOf, type Value } from '../../src/values.js';
import { checkExact, checkPartial } from './same-reply.js';
import type { VectorRunner } from './runner.js';

type Vector = Readonly<Record<string, unknown>>;

/** Settings as the vector has them: a key that is not there is not passed. */
export function settingsOf(vector: Vector): LoadOptions {
  return 'with' in vector ? { with: vector['with'] } : {};
}

/** Loads a module that must be refused for its settings with exactly this text. */
export async function checkRefusal(loading: Promise<Module>, text: unknown): Promise<void> {
  try {
    await loading;
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    const violations = error.details['violations'];
    const first: unknown = Array.isArray(violations) ? violations[0] : undefined;
    checkExact(
      { code: 'PHLOW_WITH_INVALID', message: text },
      { code: error.code, message: isMap(first) ? first['message'] : error.message },
    );
    return;
  }
  throw new Error(`expected loading to fail with "${String(text)}", but it succeeded`);
}

/** What a vector's `calls` list holds, each as a map. */
export function callsOf(vector: Vector): readonly Vector[] {
  return Array.isArray(vector['calls']) ? vector['calls'].filter(isMap) : [];
}

async function checkCall(instances: readonly Module[], call: Vector, { store }: CachePlace): Promise<void> {
  if (typeof call['sleep_ms'] === 'number') {
    // Nobody but time itself moves the clock of a server.
    if (store !== undefined) await delay(call['sleep_ms']);
    else for (const module of instances) await module.clock.advance(call['sleep_ms']);
    return;
  }
  const module = instances[Number(call['instance'] ?? 0)];
  if (module === undefined) throw new Error(`there is no instance ${String(call['instance'])}`);
  const reply = await module.call(call['no_input'] === true ? undefined : (call['input'] as Value));
  if ('expect' in call) checkExact(call['expect'], reply);
  if ('expect_partial' in call) checkPartial(call['expect_partial'], reply);
}

async function check(host: Host, vector: Vector, id: number, where: CachePlace): Promise<void> {
  // Vectors hold what the types do not allow too.
  const load = (instance: number): Promise<Module> =>
    host.load<string>(where.module, {
      ...settingsOf(vector),
      ...onStore(vector, `${id}-${instance}`, where),
      ...(where.isolation === undefined ? {} : { isolation: where.isolation }),
      name: `cache-${id}-${instance}`,
      clock: where.store === undefined ? 'manual' : 'real',
      checkOutput: true,
    });
  if ('config_error' in vector) {
    await checkRefusal(load(0), vector['config_error']);
    return;
  }
  const instances: Module[] = [];
  try {
    for (let i = 0; i < Number(vector['instances'] ?? 1); i++) instances.push(await load(i));
    for (const call of callsOf(vector)) await checkCall(instances, call, where);
  } finally {
    await Promise.all(instances.map((module) => module.close()));
  }
}

/** The settings of a vector for a cache on a server; each instance has its own, as those in memory have. */
function onStore(vector: Vector, prefix: string, { store }: CachePlace): LoadOptions {
  const given = 'with' in vector ? vector['with'] : {};
  return store === undefined || !isMap(given) ? {} : { with: { ...given, store, prefix } };
}

/** Which cache answers, and at which level. */
interface CachePlace {
  readonly module: string;
  /** The URL of a server that keeps the entries. */
  readonly store?: string;
  readonly isolation?: IsolationLevel;
}

/** Runs the vectors of cache.yaml: each in threads of its own, with time that only `sleep_ms` moves and replies checked by the manifest. */
export async function openCacheRunner(where: CachePlace = { module: 'cache' }): Promise<VectorRunner> {
  const host = await createHost({ logLevel: 'off' });
  let count = 0;
  return {
    nameOf: (vector, index) => textOf(vector['name'] ?? index),
    check: (vector) => check(host, vector, count++, where),
    close: () => host.close(),
  };
}
