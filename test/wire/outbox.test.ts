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
  const pushAll = (): void => {
    for (let tag = 0; tag < 200; tag++) {
      outbox.push(tag, null);
      pushed.push(tag);
    }
  };
  let isTried = false;
  const atTheEnd = (): void => {
    try {
      atTheEnd();
    } catch {
      // The first few calls out of the deepest one have no room for anything.
      if (isTried) return;
      try {
        pushAll();
        isTried = true;
      } catch {
        pushed.length = 0;
        throw new Error('further out');
      }
    }
  };
  atTheEnd();
  await Promise.resolve();
  expect(pushed.length).toBe(200);
  expect(refused).toEqual([]);
  expect(new Set(posted)).toEqual(new Set(pushed));
});
