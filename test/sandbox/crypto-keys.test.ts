import { describe, expect, test } from '@jest/globals';
import { createSubtle } from '../../workers/runtime/guest/subtle-outer.js';
import { createCrypto } from '../../workers/runtime/guest/web/crypto.js';
import type { Natives, SubtleValue } from '../../workers/runtime/guest/web/natives.js';
import { connectOutside } from '../../workers/runtime/guest/web/outside.js';
import { collectGarbage } from '../support/collect-garbage.js';
import { NODE_NATIVES } from '../wpt/node-natives.js';

type SubtleOuter = Pick<Natives, 'subtle' | 'releaseKey'>;
type Subtle = typeof crypto.subtle;

/** What one call answers: `ok`, or the name and the text of its error. */
function ask(outer: SubtleOuter, method: string, ...args: SubtleValue[]): Promise<SubtleValue> {
  return new Promise((resolve) => {
    outer.subtle(JSON.stringify({ method, args }), (_, result) => resolve(JSON.parse(result) as SubtleValue));
  });
}

const RAW = { $bytes: 'AAAAAAAAAAAAAAAAAAAAAA==' };
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

describe('a key of crypto.subtle', () => {
  test('is let go when the object that stands for it is gone', async () => {
    const released: number[] = [];
    const natives = { ...NODE_NATIVES, releaseKey: (key: number) => void released.push(key) };
    connectOutside({ natives, startTimer: setTimeout });
    const { subtle } = createCrypto(['subtle']) as { readonly subtle: Subtle };
    const importOne = (): Promise<unknown> =>
      subtle.importKey('raw', new Uint8Array(16), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    await importOne();
    while (released.length === 0) {
      collectGarbage();
      await new Promise(setImmediate);
    }
    expect(released).toHaveLength(1);
  });

  test('says what it takes, so that it counts for the module that holds it', async () => {
    const outer = createSubtle(() => crypto.subtle);
    const long = { $bytes: 'A'.repeat(400_000) };
    const key = (await ask(outer, 'importKey', 'raw', long, HMAC, false, ['sign'])) as { bytes: number };
    expect(key.bytes).toBeGreaterThan(300_000);
    expect(key.bytes).toBeLessThan(600_000);
  });

  test('is of no use once it was let go', async () => {
    const outer = createSubtle(() => crypto.subtle);
    const key = (await ask(outer, 'importKey', 'raw', RAW, HMAC, false, ['sign'])) as { $key: number };
    expect(await ask(outer, 'sign', 'HMAC', { $key: key.$key }, RAW)).toHaveProperty('$bytes');
    outer.releaseKey(key.$key);
    expect(await ask(outer, 'sign', 'HMAC', { $key: key.$key }, RAW)).not.toHaveProperty('$bytes');
  });
});

describe('the work of crypto.subtle', () => {
  const salt = RAW;
  const costly: readonly { readonly method: string; readonly args: readonly SubtleValue[] }[] = [
    {
      method: 'deriveBits',
      args: [{ name: 'PBKDF2', hash: 'SHA-512', salt, iterations: 2 ** 31 - 1 }, RAW, 256],
    },
    { method: 'deriveBits', args: [{ name: 'PBKDF2', hash: 'SHA-512', salt, iterations: 9e5 }, RAW, 1e6] },
    { method: 'deriveBits', args: [{ name: 'HKDF', hash: 'SHA-512', salt, info: RAW }, RAW, 2 ** 31] },
    { method: 'deriveBits', args: [{ name: 'Argon2id', memory: 2 ** 22, passes: 1 }, RAW, 256] },
    { method: 'generateKey', args: [{ name: 'RSA-PSS', modulusLength: 16_384 }, true, ['sign']] },
    { method: 'generateKey', args: [{ name: 'HMAC', hash: 'SHA-512', length: '4e9' }, true, ['sign']] },
  ];

  test.each(costly)('is refused when it is more than any use of it needs: $method of $args', async (call) => {
    const never = {} as Subtle;
    const refusal = await ask(
      createSubtle(() => never),
      call.method,
      ...call.args,
    );
    expect(refusal).toMatchObject({ name: 'OperationError' });
    expect(refusal).toHaveProperty('message', expect.stringMatching(/is the most here$/));
  });

  test('is done one call after the other, also when one fails', async () => {
    const begun: ((fails: boolean) => void)[] = [];
    const digest = (): Promise<ArrayBuffer> =>
      new Promise((resolve, reject) => {
        begun.push((fails) => (fails ? reject(new Error('no')) : resolve(new ArrayBuffer(1))));
      });
    const outer = createSubtle(() => ({ digest }) as unknown as Subtle);
    const first = ask(outer, 'digest', 'SHA-256', RAW);
    const second = ask(outer, 'digest', 'SHA-256', RAW);
    await new Promise(setImmediate);
    expect(begun).toHaveLength(1);
    begun[0]?.(true);
    expect(await first).toMatchObject({ message: 'no' });
    await new Promise(setImmediate);
    expect(begun).toHaveLength(2);
    begun[1]?.(false);
    expect(await second).toEqual({ $bytes: 'AA==' });
  });
});
