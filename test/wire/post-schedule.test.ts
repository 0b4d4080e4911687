import { describe, expect, test } from '@jest/globals';
import { Outbox } from '../../src/wire/outbox.js';
import { PostSchedule } from '../../src/wire/post-schedule.js';

/** A schedule whose turns end when the test says so. */
function schedule(): {
  readonly posts: PostSchedule;
  readonly endTurn: () => void;
  readonly waits: () => number;
} {
  const later: (() => void)[] = [];
  return {
    posts: new PostSchedule((work) => void later.push(work)),
    endTurn: () => later.splice(0).forEach((work) => work()),
    waits: () => later.length,
  };
}

/** An outbox on that schedule, and what it has posted. */
function outboxOn(posts: PostSchedule): { readonly outbox: Outbox; readonly batches: unknown[][] } {
  const batches: unknown[][] = [];
  const outbox = new Outbox(
    (batch) => void batches.push(structuredClone(batch.filter((_, i) => i % 2 === 1))),
    (_tag, error) => {
      throw error;
    },
    'clone',
    posts,
  );
  return { outbox, batches };
}

const microtasks = (): Promise<void> => Promise.resolve().then(() => undefined);

/** As many messages as make further small ones wait. */
async function busy(posts: PostSchedule): Promise<void> {
  const { outbox, batches } = outboxOn(posts);
  for (let i = 0; batches.length === i; i++) {
    outbox.push(i, i);
    await microtasks();
  }
  // The last one waits.
  expect(batches.length).toBeGreaterThan(4);
}

describe('messages of a thread to many others', () => {
  test('go at the next microtask while they are few', async () => {
    const { posts, waits } = schedule();
    const { outbox, batches } = outboxOn(posts);
    for (let i = 0; i < 3; i++) {
      outbox.push(i, i);
      await microtasks();
    }
    expect(batches).toEqual([[0], [1], [2]]);
    expect(waits()).toBe(0);
  });

  test('never wait while there is one in a turn', async () => {
    const { posts, endTurn } = schedule();
    const { outbox, batches } = outboxOn(posts);
    for (let i = 0; i < 100; i++) {
      outbox.push(i, i);
      await microtasks();
      expect(batches).toHaveLength(i + 1);
      endTurn();
    }
  });

  test('wait for the end of the turn while they are many and small, in the order in which they came', async () => {
    const { posts, endTurn } = schedule();
    await busy(posts);
    const { outbox, batches } = outboxOn(posts);
    for (let i = 0; i < 3; i++) {
      outbox.push(i, i);
      await microtasks();
    }
    expect(batches).toEqual([]);
    endTurn();
    expect(batches).toEqual([[0, 1, 2]]);
  });

  test('do not wait when they are large', async () => {
    const { posts } = schedule();
    await busy(posts);
    const { outbox, batches } = outboxOn(posts);
    for (let i = 0; i < 30; i++) outbox.push(i, i);
    await microtasks();
    expect(batches).toHaveLength(1);
  });

  test('go at the next microtask again after a quiet turn', async () => {
    const { posts, endTurn, waits } = schedule();
    await busy(posts);
    for (let i = 0; i < 4; i++) endTurn();
    expect(waits()).toBe(0);
    const { outbox, batches } = outboxOn(posts);
    outbox.push(1, 'now');
    await microtasks();
    expect(batches).toEqual([['now']]);
  });

  test('carry what was there at the microtask: what a caller changes later does not travel', async () => {
    const { posts, endTurn } = schedule();
    await busy(posts);
    const { outbox, batches } = outboxOn(posts);
    const value = { list: [1, { deep: 'before' }], left: undefined, day: 1 };
    outbox.push(1, value);
    await microtasks();
    value.list.push(3);
    (value.list[1] as { deep: string }).deep = 'after';
    value.day = 2;
    outbox.push(2, value);
    await microtasks();
    value.day = 3;
    endTurn();
    expect(batches).toEqual([
      [
        { list: [1, { deep: 'before' }], left: undefined, day: 1 },
        { list: [1, { deep: 'after' }, 3], left: undefined, day: 2 },
      ],
    ]);
  });

  const own = Object.defineProperty({}, '__proto__', { value: 1, enumerable: true });
  test.each([
    ['a Date', new Date(5)],
    ['a Map in a record', { map: new Map([[1, 2]]) }],
    ['bytes', [new Uint8Array([1, 2])]],
    ['a record of many parts', Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, {}]))],
    ['a long list', Array.from({ length: 100 }, (_, i) => i)],
    ['a key that is the name of a prototype', own],
    ['a list with a hole', Object.assign(new Array<number>(3), { 0: 1, 2: 3 })],
    ['a list with a key of its own', Object.assign([1], { extra: true })],
    ['a record without a prototype', Object.assign(Object.create(null), { a: 1 })],
  ])('do not wait with a value that is not copied in little time: %s', async (_, value) => {
    const { posts } = schedule();
    await busy(posts);
    const { outbox, batches } = outboxOn(posts);
    outbox.push(1, value);
    await microtasks();
    expect(batches).toEqual([[structuredClone(value)]]);
  });

  test('refuse by themselves a value that throws when it is copied', async () => {
    const { posts } = schedule();
    await busy(posts);
    let reads = 0;
    const value = {
      get late(): number {
        // The outbox looks at what it is given before it takes it.
        if (++reads > 1) throw new Error('no more');
        return 1;
      },
    };
    const refused: unknown[] = [];
    const outbox = new Outbox(
      (batch) => void structuredClone(batch),
      (tag) => void refused.push(tag),
      'clone',
      posts,
    );
    outbox.push(7, value);
    await microtasks();
    expect(refused).toEqual([7]);
  });

  test('are flushed at once where that is asked for, and nothing is left for the end of the turn', async () => {
    const { posts, endTurn } = schedule();
    await busy(posts);
    const { outbox, batches } = outboxOn(posts);
    outbox.push(1, 'a');
    await microtasks();
    outbox.flush();
    expect(batches).toEqual([['a']]);
    outbox.push(2, 'b');
    outbox.flush();
    await microtasks();
    endTurn();
    expect(batches).toEqual([['a'], ['b']]);
  });
});
