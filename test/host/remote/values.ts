import assert from 'node:assert';
import { createHost } from '../../../src/index.js';

// Serves echo over the server of PHLOW_NATS, calls it with values of every kind, and fails where one comes back changed.
const VALUES: readonly unknown[] = [
  undefined,
  null,
  -0,
  NaN,
  2n ** 70n,
  'ä€\u{1f600}',
  new Date(0),
  /a+/giu,
  new Map<unknown, unknown>([[1, { deep: new Set([1]) }]]),
  new Uint8Array([1, 2, 255]),
  new Float64Array([1.5]),
  new RangeError('out', { cause: 1 }),
  // eslint-disable-next-line no-sparse-arrays
  [1, , undefined],
  { nothing: undefined, $: 1, list: [{}] },
];

const far = await createHost();
const host = await createHost();
try {
  await far.load('echo');
  await far.serve('echo');
  const echo = await host.load('nats:echo');
  for (const value of VALUES) assert.deepStrictEqual(await echo.call({ value }), { value });
  await assert.rejects(echo.call({ f: () => 1 }), { code: 'PHLOW_INPUT_UNCLONABLE' });
  await assert.rejects(echo.call(new Uint8Array(1), { transfer: [new ArrayBuffer(1)] }), {
    code: 'PHLOW_INPUT_UNCLONABLE',
  });
} finally {
  await host.close();
  await far.close();
}
