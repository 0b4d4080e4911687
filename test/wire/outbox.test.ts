import { expect, test } from '@jest/globals';
import { Outbox } from '../../src/wire/outbox.js';

/** The batches that come of pushing these values in one turn. */
function batchesOf(values: readonly unknown[]): unknown[][] {
  const batches: unknown[][] = [];
  const outbox = new Outbox(
    (batch) => batches.push(batch.filter((_, i) => i % 2 === 1)),
    (_tag, error) => {
      throw error;
    },
  );
  values.forEach((value, i) => outbox.push(i, value));
  outbox.flush();
  return batches;
}

const shared = { deep: 1 };

test.each([
  ['numbers and texts, however equal', [1, 1, 'a', 'a'], 1],
  ['objects that share nothing', [{ a: {} }, { a: {} }, [{}], [{}]], 1],
  ['an object that holds one object twice', [{ a: shared, b: shared }], 1],
] as const)('one message carries %s', (_, values, count) => {
  expect(batchesOf(values)).toHaveLength(count);
});

const buffer = new ArrayBuffer(8);

test.each([
  ['the same object', [shared, shared]],
  ['an object and one that holds it', [shared, { shared }]],
  ['an object that holds one that came before', [{ shared }, shared]],
  ['arrays with a common member', [[shared], [1, shared]]],
  ['two views of one buffer', [new Uint8Array(buffer, 0, 4), new Uint8Array(buffer, 4, 4)]],
  ['a buffer and a view of it', [buffer, new Uint8Array(buffer)]],
] as const)('two messages carry %s', (_, values) => {
  expect(batchesOf(values)).toEqual([[values[0]], [values[1]]]);
});

test('a burst goes in messages of 64, so that the other side can begin, and in the order in which it came', () => {
  const values = Array.from({ length: 150 }, (_, i) => i);
  const batches = batchesOf(values);
  expect(batches.map((batch) => batch.length)).toEqual([64, 64, 22]);
  expect(batches.flat()).toEqual(values);
});

test('values that cross as text are not lost where the stack is about to end', async () => {
  const posted: unknown[] = [];
  const refused: unknown[] = [];
  /** Takes some of the stack, as writing text does. */
  const writing = (calls: number): number => (calls === 0 ? 0 : 1 + writing(calls - 1));
  const outbox = new Outbox(
    (batch) => {
      writing(100);
      posted.push(...batch.filter((_, i) => i % 2 === 0));
    },
    (tag) => void refused.push(tag),
    'text',
  );
  const pushed: number[] = [];
  let tag = 0;
  const pushSome = (): void => {
    for (let i = 0; i < 200; i++) {
      outbox.push(tag++, null);
      pushed.push(tag - 1);
    }
  };
  let isDone = false;
  const atTheEnd = (): void => {
    try {
      atTheEnd();
    } catch {
      if (isDone) return;
      // Throws until there is room enough: what was taken before must not be lost.
      pushSome();
      isDone = true;
    }
  };
  atTheEnd();
  await Promise.resolve();
  expect(pushed.length).toBeGreaterThanOrEqual(200);
  const sent = new Set(posted);
  expect(pushed.filter((one) => !sent.has(one))).toEqual([]);
  expect(refused).toEqual([]);
});
