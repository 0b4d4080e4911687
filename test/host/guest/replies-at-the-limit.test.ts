import { describe, expect, test } from '@jest/globals';
import { createHost, isPhlowError, type Module } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';

const MODULE = `
const text = (n) => 'x'.repeat(n);
const KINDS = {
  text,
  'three-byte text': (n) => '\\u20ac'.repeat(n),
  'escaped text': (n) => '"'.repeat(n),
  bytes: (n) => new Uint8Array(n),
  Map: (n) => new Map([['k', text(n)]]),
  'Date and text': (n) => ({ date: new Date(0), text: text(n) }),
  'risky keys': (n) => ({ ['__proto__']: text(n), constructor: 1, $: 2 }),
  list: (n) => Array(n).fill(1),
};
export default ({ input: { kind, n, isStream } }) => {
  const value = KINDS[kind](n);
  return isStream ? (async function* () { yield value; yield 'end'; })() : value;
};
`;

/** True when the reply of this size arrived, false when it was refused for its length. */
async function arrives(
  module: Module,
  input: { kind: string; n: number; isStream: boolean },
): Promise<boolean> {
  try {
    if (!input.isStream) await module.call(input);
    else for await (const chunk of module.stream(input)) expect(chunk).toBeDefined();
    return true;
  } catch (error) {
    if (isPhlowError(error) && error.code === 'PHLOW_REPLY_TOO_LARGE') return false;
    throw error;
  }
}

describe.each(['sandboxed', 'isolated'] as const)('replies as long as may be at level %s', (isolation) => {
  test('arrive or are refused one by one, and never end their module', async () => {
    await withFolder(async (folder) => {
      writeFiles(folder, { 'phlow.yaml': 'name: limit\nlimits: { reply: 16KiB }\n', 'index.mjs': MODULE });
      await using host = await createHost({ logLevel: 'off', warmPool: false });
      const module = await host.load(folder, { isolation, restart: 'never' });
      for (const kind of [
        'text',
        'three-byte text',
        'escaped text',
        'bytes',
        'Map',
        'Date and text',
        'risky keys',
        'list',
      ]) {
        for (const isStream of [false, true]) {
          let fits = 1;
          let refused = 40_000;
          while (fits + 1 < refused) {
            const n = (fits + refused) >> 1;
            if (await arrives(module, { kind, n, isStream })) fits = n;
            else refused = n;
          }
          // The number of a package is a digit longer now and then, and its reply as much shorter.
          for (let n = fits - 4; n <= fits + 4; n++) {
            const found = await arrives(module, { kind, n, isStream });
            if (n !== fits && n !== fits + 1) expect([kind, n, found]).toEqual([kind, n, n < fits]);
          }
          expect(fits).toBeGreaterThan(5_000);
        }
      }
    });
  });
});
