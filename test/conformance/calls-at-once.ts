import type { Module } from '../../src/index.js';
import { isMap, textOf, type Value } from '../../src/values.js';
import { callsOf } from './cache-runner.js';
import { checkOutcome, expectationsOf, Outcome } from './outcome.js';

type Vector = Readonly<Record<string, unknown>>;

/**
 * Makes the calls of a vector one after the other, of a module whose time only `sleep_ms` moves. The calendar stands at `fake_now_s`, else at the
 * machine's. What a call saves stands for its name in the inputs that follow.
 */
export async function checkAtOnce(module: Module, vector: Vector): Promise<void> {
  await module.clock.advance(
    typeof vector['fake_now_s'] === 'number' ? vector['fake_now_s'] * 1_000 : Date.now(),
  );
  const saved = new Map<string, unknown>();
  for (const call of callsOf(vector)) {
    if (typeof call['sleep_ms'] === 'number') {
      await module.clock.advance(call['sleep_ms']);
      continue;
    }
    const input = call['no_input'] === true ? undefined : (replaced(call['input'], saved) as Value);
    const outcome = new Outcome(module.call(input));
    await outcome.settled;
    const expected = expectationsOf(call);
    checkOutcome(outcome, inOneOrder(expected, outcome));
    checkLifetime(expected['expect_lifetime_s'], outcome.reply);
    for (const [name, path] of Object.entries(isMap(call['save']) ? call['save'] : {}))
      saved.set(`$${name}`, at(outcome.reply, textOf(path)));
  }
}

/** The value with each text that stands for something else replaced. */
function replaced(value: unknown, by: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') return by.has(value) ? by.get(value) : value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, by));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaced(member, by)]));
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => (isMap(inner) ? inner[name] : undefined), value);
}

function checkLifetime(seconds: unknown, reply: unknown): void {
  if (seconds === undefined) return;
  const lifetime = Number(at(reply, 'data.exp')) - Number(at(reply, 'data.iat'));
  if (lifetime !== seconds) throw new Error(`expected a lifetime of ${textOf(seconds)} s, got ${lifetime}`);
}

/** Puts the list that `unordered` names into the order of the reply, as far as the items have names. */
function inOneOrder(expected: Vector, { reply }: Outcome): Vector {
  const path = expected['unordered'];
  if (typeof path !== 'string') return expected;
  const got = at(reply, path);
  const order = (Array.isArray(got) ? got : []).map((item) => at(item, 'name'));
  const sorted = (value: unknown, [name, ...rest]: readonly string[]): unknown => {
    if (name === undefined) {
      const items = Array.isArray(value) ? (value as readonly unknown[]) : [];
      return [...items].sort((a, b) => order.indexOf(at(a, 'name')) - order.indexOf(at(b, 'name')));
    }
    return isMap(value) ? { ...value, [name]: sorted(value[name], rest) } : value;
  };
  return { ...expected, expect: sorted(expected['expect'], path.split('.')) };
}
