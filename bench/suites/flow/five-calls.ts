import type { Module, Value, ValueMap } from '../../../src/index.js';

/** Five steps, each a call of the cache; together they say whether what was stored can be found. */
export const FIVE_CALLS = `
modules:
  - module: cache
    with: { capacity: 1000 }
steps:
  - cache.set: { key: \`user:\${main}\`, value: main }
  - cache.get: { key: \`user:\${main}\` }
  - cache.exists: { key: \`user:\${main}\` }
  - cache.set: { key: \`last:\${main}\`, value: main + 1 }
  - cache.get: { key: \`last:\${main}\` }
`;

/** The inputs of the five calls. */
export function inputsOf(main: number): readonly ValueMap[] {
  const user = `user:${main}`;
  const last = `last:${main}`;
  return [
    { action: 'set', key: user, value: main },
    { action: 'get', key: user },
    { action: 'exists', key: user },
    { action: 'set', key: last, value: main + 1 },
    { action: 'get', key: last },
  ];
}

/** The five calls one after the other, as a programmer would write them: the last reply. */
export async function fiveCallsByHand(cache: Module, main: number): Promise<Value> {
  let reply: Value;
  for (const input of inputsOf(main)) reply = await cache.call(input);
  return reply;
}

/** The five calls as a flow makes them: each package also carries the reply before it, as the payload. */
export async function fiveCallsWithPayload(cache: Module, main: number): Promise<Value> {
  let payload: Value;
  for (const input of inputsOf(main)) payload = await cache.call(input, { payload });
  return payload;
}
