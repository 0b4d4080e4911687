import { describe, expect, test } from '@jest/globals';
import { createHost, type Value } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const MANIFEST = `name: large
limits: { reply: 8MiB, memory: 256MiB }
output:
  type: object
  properties:
    rows:
      type: array
      items: { type: object, required: [a], properties: { a: { type: integer }, b: { type: integer, default: 7 } } }
`;

const MODULE = `export default ({ input }) => {
  const rows = Array.from({ length: input.rows }, (_, i) => ({ a: i, text: '\\u20ac"\\\\' + i }));
  if (input.spoil) rows.push({ a: 'none' });
  if (input.crumbs) return { rows: Array(input.crumbs).fill({ a: 1 }) };
  if (input.keys) return Object.fromEntries(Array.from({ length: input.keys }, (_, i) => ['k' + i, 0]));
  if (input.keyLength) return { ['k'.repeat(input.keyLength)]: 0 };
  if (input.fail) throw Object.assign(new Error('x'.repeat(100_000)), { details: rows });
  return { rows };
};`;

describe.each(['sandboxed', 'isolated'] as const)('long replies at level %s', (isolation) => {
  const withLarge = <T>(
    checkOutput: boolean,
    use: (call: (input: Value) => Promise<Value>) => Promise<T>,
  ): Promise<T> =>
    withFolder(async (folder) => {
      writeFiles(folder, { 'phlow.yaml': MANIFEST, 'index.mjs': MODULE });
      await using host = await createHost({ logLevel: 'off', warmPool: false });
      const module = await host.load(folder, { isolation, checkOutput, restart: 'never' });
      return await use((input) => module.call(input));
    });

  const rowsOf = (count: number, more: object): Value => ({
    rows: Array.from({ length: count }, (_, i) => ({ a: i, text: `€"\\${i}`, ...more })),
  });

  test('arrive whole and in their order, among short ones', async () => {
    await withLarge(false, async (call) => {
      const replies = await Promise.all([1, 30_000, 2, 40_000, 3].map((rows) => call({ rows })));
      expect(replies).toEqual([1, 30_000, 2, 40_000, 3].map((count) => rowsOf(count, {})));
    });
  });

  test.each([
    ['more keys', { keys: 200_001 }, 'an object of more than 200000 keys'],
    ['a longer key', { keyLength: 524_300 }, 'a key of more than 524288 characters'],
  ])('with %s than the host reads fail by themselves, and the module lives on', async (_, input, found) => {
    await withLarge(false, async (call) => {
      const { code, message } = await errorOf(call(input));
      expect(code).toBe('PHLOW_REPLY_TOO_LARGE');
      expect(message).toContain(found);
      expect(await call({ rows: 1 })).toEqual(rowsOf(1, {}));
    });
  });

  test('have as many keys as the host reads', async () => {
    await withLarge(false, async (call) => {
      expect(Object.keys((await call({ keys: 200_000 })) as object)).toHaveLength(200_000);
      expect(Object.keys((await call({ keyLength: 500_000 })) as object)[0]).toHaveLength(500_000);
    });
  });

  test('are checked against the manifest and get its defaults, as short ones do', async () => {
    await withLarge(true, async (call) => {
      expect(await call({ rows: 2 })).toEqual(rowsOf(2, { b: 7 }));
      expect(await call({ rows: 30_000 })).toEqual(rowsOf(30_000, { b: 7 }));
      const error = await errorOf(call({ rows: 30_000, spoil: true }));
      expect([error.code, error.message]).toEqual([
        'PHLOW_OUTPUT_INVALID',
        expect.stringContaining('output.rows[30000].a must be an integer'),
      ]);
      expect(await call({ rows: 1 })).toEqual(rowsOf(1, { b: 7 }));
    });
  });

  test('carry errors whose parts are bounded', async () => {
    await withLarge(false, async (call) => {
      const error = await errorOf(call({ rows: 12_000, fail: true }));
      expect(error.code).toBe('PHLOW_MODULE_ERROR');
      expect(error.message.length).toBeLessThan(9_000);
      expect(error.details?.['data']).toEqual({
        cut: 'details of more than 10000 values or 262144 characters',
      });
    });
  });
});
