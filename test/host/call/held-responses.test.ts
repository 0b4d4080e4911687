import { expect, test } from '@jest/globals';
import { HeldResponses } from '../../../src/host/call/held-responses.js';
import { errorOf } from '../../support/with-host.js';

const MIB = 1_048_576;

/** Pieces as a module sends them. */
async function* sent(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  await Promise.resolve();
  yield* pieces;
}

test('takes bodies up to 64 MiB in all, and has room again once their clients have gone', async () => {
  const held = new HeldResponses();
  const closes: (() => void)[] = [];
  const take = (bytes: number): Promise<Uint8Array | undefined> =>
    held.take(sent(new Uint8Array(bytes)), bytes, (call) => closes.push(call));
  expect((await take(40 * MIB))?.length).toBe(40 * MIB);
  expect(await take(40 * MIB)).toBeUndefined();
  expect((await take(24 * MIB))?.length).toBe(24 * MIB);
  expect(await take(1)).toBeUndefined();
  closes[0]?.();
  expect((await take(40 * MIB))?.length).toBe(40 * MIB);
});

test('joins pieces of text and of bytes', async () => {
  const held = new HeldResponses();
  const body = await held.take(sent('é', new Uint8Array([97])), 3, () => undefined);
  expect(Buffer.from(body ?? []).toString()).toBe('éa');
});

test('a body of another length than was said is an error', async () => {
  const held = new HeldResponses();
  for (const length of [2, 4])
    expect(await errorOf(held.take(sent('abc'), length, () => undefined))).toBeInstanceOf(RangeError);
});
