import { expect, test } from '@jest/globals';
import sleep from '../../../../workers/modules/sleep/index.js';
import { fakeContext } from '../../fake-context.js';

test('waits by the clock and passes the payload on', async () => {
  const context = fakeContext({});
  expect(await sleep.handler({ id: 1, input: { seconds: 2 }, payload: 'p' }, context, undefined)).toBe('p');
  expect(context.sleeps).toEqual([2_000]);
});

test('does not wait without input, and answers null where there is no payload', async () => {
  const context = fakeContext({});
  expect(await sleep.handler({ id: 1, input: undefined, payload: undefined }, context, undefined)).toBeNull();
  expect(context.sleeps).toEqual([]);
});

test('ends when the caller gives up', async () => {
  const context = fakeContext({}, AbortSignal.abort(new Error('gave up')));
  const waiting = sleep.handler({ id: 1, input: { hours: 1 }, payload: 'p' }, context, undefined);
  await expect(waiting).rejects.toThrow('gave up');
});
