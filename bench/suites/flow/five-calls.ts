import type { Module, Value, ValueMap } from '../../../src/index.js';

/** Five steps, each a call of the cache; together they say whether what was stored can be found. Written as the original reads it too. */
export const FIVE_CALLS = `
modules:
  - module: cache
    with: { capacity: 1000 }
steps:
  - use: cache
    input:
      action: set
      key: !phs \`user:\${main}\`
      value: !phs main
  - use: cache
    input:
      action: get
      key: !phs \`user:\${main}\`
  - use: cache
    input:
      action: exists
      key: !phs \`user:\${main}\`
  - use: cache
    input:
      action: set
      key: !phs \`last:\${main}\`
      value: !phs main + 1
  - use: cache
    input:
      action: get
      key: !phs \`last:\${main}\`
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
