import { expect, test } from '@jest/globals';
import { MessageReader } from '../../../src/wire/message-reader.js';
import { Outbox } from '../../../src/wire/outbox.js';
import { PostSchedule } from '../../../src/wire/post-schedule.js';
import { RecordWriter } from '../../../src/wire/records/record-writer.js';

const CLONED_FIRST = 32;
/** From so many small messages in a turn on, packages wait for its end. */
const MANY = 20;

interface Line {
  readonly outbox: Outbox;
  readonly arrived: Map<number, unknown>;
  endTurn(): void;
}

/** An outbox whose packages wait for the end of the turn, since many came before, and what has arrived from it. */
async function waiting(): Promise<Line> {
  const atEnd: (() => void)[] = [];
  const endTurn = (): void => atEnd.splice(0).forEach((work) => work());
  const reader = new MessageReader();
  const arrived = new Map<number, unknown>();
  const post = (message: unknown): void => {
    const batch = reader.read(Array.isArray(message) ? structuredClone(message) : message);
    for (let i = 0; i < batch.length; i += 2) arrived.set(batch[i] as number, batch[i + 1]);
  };
  const schedule = new PostSchedule((work) => atEnd.push(work));
  const refuse = (_tag: number, error: unknown): never => {
    throw error;
  };
  const outbox = new Outbox(post, refuse, 'clone', schedule, new RecordWriter(post));
  for (let tag = 0; tag < CLONED_FIRST; tag++) {
    outbox.push(tag, tag);
    outbox.flush();
  }
  for (let tag = 100; tag < 100 + MANY; tag++) {
    outbox.push(tag, tag);
    await microtasks();
  }
  endTurn();
  return { outbox, arrived, endTurn };
}

async function microtasks(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

test('what changes in a later microtask does not travel, where the packages before it had to make room', async () => {
  const { outbox, arrived, endTurn } = await waiting();
  for (let tag = 200; tag < 212; tag++) {
    outbox.push(tag, tag);
    await microtasks();
  }
  expect(arrived.has(211)).toBe(false);
  // It does not fit behind what is written, and for the number of its shapes not into memory at all.
  const shapes = Array.from({ length: 300 }, (_, i) => ({ [`key${i}`]: i }));
  const value = { texts: ['y'.repeat(15_000), 'z'.repeat(15_000)], shapes, changes: 1 };
  outbox.push(300, value);
  await microtasks();
  value.changes = 2;
  endTurn();
  outbox.flush();
  expect(arrived.get(211)).toBe(211);
  expect(arrived.get(300)).toMatchObject({ changes: 1 });
});

test('a getter that sends what is there loses nothing', async () => {
  const { outbox, arrived, endTurn } = await waiting();
  outbox.push(200, 'before');
  await microtasks();
  const value = {
    get now(): string {
      outbox.flush();
      return 'now';
    },
    changes: 1,
  };
  outbox.push(201, value);
  await microtasks();
  value.changes = 2;
  endTurn();
  outbox.flush();
  expect(arrived.get(200)).toBe('before');
  expect(arrived.get(201)).toEqual({ now: 'now', changes: 1 });
});
