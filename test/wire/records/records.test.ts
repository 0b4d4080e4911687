import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MessageReader } from '../../../src/wire/message-reader.js';
import type { Batch } from '../../../src/wire/protocol.js';
import { RecordWriter } from '../../../src/wire/records/record-writer.js';

interface Pair {
  readonly writer: RecordWriter;
  readonly read: () => unknown[];
  readonly messages: unknown[];
}

/** A writer and what a reader on the other side has read, message by message as they are posted. */
function pair(): Pair {
  const messages: unknown[] = [];
  const reader = new MessageReader();
  const writer = new RecordWriter((message) => messages.push(message));
  for (let i = 0; i < 32; i++) expect(writer.add(0, 1)).toBe(false);
  return {
    writer,
    messages,
    read: () => messages.splice(0).flatMap((message): Batch => reader.read(message)),
  };
}

const plain = fc.anything({
  key: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a', 'b', '0', '7', 'hasOwnProperty', 'toString'),
  ),
  values: [
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(undefined, null, -0, NaN, 2 ** 28, -(2 ** 28), 2 ** 31, '', '\ud800'),
  ],
  withNullPrototype: false,
  maxDepth: 4,
});

describe('packages in shared memory', () => {
  test('are what structured clone would make of them', () => {
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 20 }), (values) => {
        const { writer, read } = pair();
        const expected = values.flatMap((value, i) => (writer.add(i, value) ? [i, value] : []));
        // After one that is refused some are not tried.
        if (!JSON.stringify(values).includes('"__proto__"')) expect(expected).toHaveLength(2 * values.length);
        writer.flush();
        expect(read()).toStrictEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('keep the order of members', () => {
    const value = { b: 1, a: { z: 1, 2: 0, 1: 0, y: 'x' }, '': [] };
    const { writer, read } = pair();
    // Code is made for what comes often.
    for (let i = 0; i < 1_000; i++) {
      expect(writer.add(i, value)).toBe(true);
      writer.flush();
      expect(JSON.stringify(read()[1])).toBe(JSON.stringify(value));
    }
  });

  const shared = { a: 1 };
  test.each<[string, unknown]>([
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['bytes', new Uint8Array(2)],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an object with a symbol', { [Symbol('s')]: 1 }],
    [
      'an object of a class',
      new (class Point {
        readonly x = 1;
      })(),
    ],
    ['an error', new Error('x')],
    ['a list with an empty place', Object.assign(new Array<number>(3), { 0: 1 })],
    ['a list with a named member', Object.assign([1], { name: 1 })],
    ['a list of a class', new (class List extends Array {})()],
    ['an object that stands in it twice', [shared, shared]],
    ['a member called __proto__', JSON.parse('{"__proto__":1}')],
    ['a very long text', 'x'.repeat(100_000)],
    ['more than the memory holds', Array.from({ length: 200_000 }, (_, i) => [i])],
  ])('leave %s to structured clone, wherever it stands, and lose nothing written before', (_name, value) => {
    for (const whole of [value, { inner: [{ value }] }]) {
      const { writer, read } = pair();
      expect(writer.add(1, { a: 'before' })).toBe(true);
      expect(writer.add(2, whole)).toBe(false);
      writer.flush();
      expect(read()).toEqual([1, { a: 'before' }]);
    }
  });

  test('leave a value in a circle, and one nested deeply, to structured clone', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    let deep: unknown = 0;
    for (let i = 0; i < 100; i++) deep = [deep];
    expect(pair().writer.add(1, circle)).toBe(false);
    expect(pair().writer.add(1, deep)).toBe(false);
  });

  test('are written in memory again once they are read, through many rounds', () => {
    const { writer, read, messages } = pair();
    let memories = 0;
    for (let round = 0; round < 5_000; round++) {
      const value = { round, text: 'x'.repeat(round % 300), list: [round, round / 3] };
      expect(writer.add(round, value)).toBe(true);
      writer.flush();
      memories += messages.filter((message) => message instanceof SharedArrayBuffer).length;
      expect(read()).toEqual([round, value]);
    }
    expect(memories).toBe(1);
  });

  test('wait where they are while nobody reads, and are refused once the memory is full', () => {
    const { writer, read } = pair();
    const value = { text: 'y'.repeat(5_000) };
    let taken = 0;
    while (writer.add(taken, value)) {
      taken++;
      writer.flush();
    }
    expect(taken).toBeGreaterThan(50);
    const batch = read();
    expect(batch).toHaveLength(2 * taken);
    expect(
      batch.every((part, i) => (i % 2 === 0 ? part === i / 2 : (part as typeof value).text === value.text)),
    ).toBe(true);
  });

  test('whose getter throws are left to structured clone, which reports it', () => {
    const { writer, read } = pair();
    const value = {
      a: 1,
      get b(): never {
        throw new Error('not now');
      },
    };
    expect(writer.add(1, 'before')).toBe(true);
    expect(writer.add(2, [value])).toBe(false);
    writer.flush();
    expect(read()).toEqual([1, 'before']);
  });

  const holed: unknown[] = [1];
  holed[2] = 3;
  test.each<[string, object]>([
    ['a list with as many named members as empty places', Object.assign(holed, { name: 'x' })],
    ['a list with the prototype of objects', Object.setPrototypeOf([1, 2], Object.prototype) as object],
    [
      'bytes with the prototype of objects',
      Object.setPrototypeOf(new Uint8Array(2), Object.prototype) as object,
    ],
    ['a Date without a prototype', Object.setPrototypeOf(new Date(0), null) as object],
    [
      'a Map with the prototype of objects',
      Object.setPrototypeOf(new Map([[1, 2]]), Object.prototype) as object,
    ],
    ['a long list', Array.from({ length: 1_000_000 }, (_, i) => i)],
  ])('leave %s to structured clone', (_name, value) => {
    expect(pair().writer.add(1, value)).toBe(false);
  });

  test('are read as they are where all objects have a setter or a frozen member of that name', () => {
    const { writer, read } = pair();
    Object.defineProperty(Object.prototype, 'id', { set: () => undefined, configurable: true });
    Object.defineProperty(Object.prototype, 'fixed', { value: 0, writable: false, configurable: true });
    try {
      expect(writer.add(1, Object.fromEntries([['id', 5]]))).toBe(true);
      expect(writer.add(2, Object.fromEntries([['fixed', 6]]))).toBe(true);
      writer.flush();
      expect(JSON.stringify(read())).toBe('[1,{"id":5},2,{"fixed":6}]');
    } finally {
      delete (Object.prototype as { id?: unknown }).id;
      delete (Object.prototype as { fixed?: unknown }).fixed;
    }
  });

  test('can be written again after a message that could not be posted', () => {
    const messages: unknown[] = [];
    let isFailing = true;
    const writer = new RecordWriter((message) => {
      if (isFailing && !(message instanceof SharedArrayBuffer)) throw new RangeError('no room on the stack');
      messages.push(message);
    });
    for (let i = 0; i < 32; i++) writer.add(0, 1);
    expect(writer.add(1, { a: 'x' })).toBe(true);
    expect(() => writer.flush()).toThrow('no room on the stack');
    isFailing = false;
    expect(writer.add(2, { a: 'x' })).toBe(true);
    writer.flush();
    const reader = new MessageReader();
    expect(messages.flatMap((message): Batch => reader.read(message))).toEqual([2, { a: 'x' }]);
  });

  test('repeat no text of a value that was not written', () => {
    const { writer, read } = pair();
    expect(writer.add(1, { a: 'first' })).toBe(true);
    expect(writer.add(2, { a: 'second', b: () => undefined })).toBe(false);
    expect(writer.add(3, { a: 'second' })).toBe(true);
    writer.flush();
    expect(read()).toEqual([1, { a: 'first' }, 3, { a: 'second' }]);
  });

  test('are left to structured clone while all objects seem to have a member more', () => {
    const { writer, read } = pair();
    const everywhere = Object.prototype as unknown as Record<string, unknown>;
    everywhere.added = 1;
    try {
      expect(writer.add(1, { a: 1 })).toBe(false);
    } finally {
      delete everywhere.added;
    }
    expect(writer.add(2, { a: 1 })).toBe(true);
    writer.flush();
    expect(read()).toEqual([2, { a: 1 }]);
  });

  const big = 'x'.repeat(9_000);
  test.each<[string, (writer: RecordWriter) => void]>([
    ['sends another one', (writer) => expect(writer.add(9, { other: 'package' })).toBe(false)],
    ['sends what is there', (writer) => writer.flush()],
    [
      'sends it and tries to send more',
      (writer) => {
        writer.flush();
        expect(writer.add(9, big)).toBe(false);
        writer.flush();
      },
    ],
  ])('are whole where a getter of the next one %s', (_name, act) => {
    const { writer, read } = pair();
    const value = {
      text: 'some text',
      get now() {
        act(writer);
        return 'done';
      },
      last: ['more text', 1.5],
    };
    expect(writer.add(1, { a: 'before', n: [1, 2] })).toBe(true);
    const isTaken = writer.add(2, value);
    writer.flush();
    expect(writer.add(3, big)).toBe(true);
    writer.flush();
    const next = isTaken ? [2, { text: 'some text', now: 'done', last: ['more text', 1.5] }] : [];
    expect(read()).toEqual([1, { a: 'before', n: [1, 2] }, ...next, 3, big]);
  });

  test('have a bounded number of shapes', () => {
    const { writer, read, messages } = pair();
    let shapes = 0;
    for (let i = 0; i < 10_000; i++) {
      writer.add(i, { [`key${i}`]: 1, last: 2 });
      writer.flush();
      for (const message of messages)
        if (typeof message === 'object' && message !== null && 'shapes' in message)
          shapes += (message.shapes as unknown[]).length;
      read();
    }
    expect(shapes).toBeLessThanOrEqual(256);
    expect(shapes).toBeGreaterThan(200);
  });
});

describe('a reader of shared memory', () => {
  const wordsOf = (...words: number[]): MessageReader => {
    const memory = new SharedArrayBuffer(4_096);
    new Int32Array(memory).set(words, 1);
    const reader = new MessageReader();
    reader.read(memory);
    return reader;
  };
  const list = (length: number): number => (length << 3) | 4;

  test.each<[string, () => unknown]>([
    ['a place outside of the memory', () => wordsOf().read(5_000)],
    ['a place that is no number of a word', () => wordsOf().read(-1)],
    ['a place between two words', () => wordsOf(5, 0, 0).read(1.5)],
    ['a place in no memory', () => new MessageReader().read(0)],
    ['an end outside of the memory', () => wordsOf(9_999, 0, 0).read(1)],
    ['an end before the beginning', () => wordsOf(2, 0, 0).read(1)],
    ['texts outside of the memory', () => wordsOf(5, 1 << 20, 0).read(1)],
    ['fewer than no characters', () => wordsOf(5, -1, 0).read(1)],
    ['half a package', () => wordsOf(5, 0, 0, 8).read(1)],
    ['a list longer than the region', () => wordsOf(6, 0, 0, 8, list(1 << 20)).read(1)],
    ['a shape that nobody described', () => wordsOf(6, 0, 0, 8, (3 << 3) | 3).read(1)],
    ['a word of no kind', () => wordsOf(6, 0, 0, 8, 6).read(1)],
    ['shapes out of order', () => wordsOf().read({ from: 1, shapes: [['a']] })],
    ['a shape with __proto__', () => wordsOf().read({ from: 0, shapes: [['__proto__']] })],
    ['a shape of what is no text', () => wordsOf().read({ from: 0, shapes: [[['a']]] })],
    ['a shape that is no list', () => wordsOf().read({ from: 0, shapes: [{ length: 1 }] })],
    ['a shape with a key that is too long', () => wordsOf().read({ from: 0, shapes: [['x'.repeat(257)]] })],
    ['a repeated text that stands at no member', () => wordsOf(6, 0, 0, 8, (4 << 3) | 5).read(1)],
    ['memory that is too large', () => new MessageReader().read(new SharedArrayBuffer(2 ** 21))],
    ['memory of half a word', () => new MessageReader().read(new SharedArrayBuffer(6))],
    ['memory where none may be shared', () => new MessageReader(false).read(new SharedArrayBuffer(4_096))],
    ['a place where no memory may be shared', () => new MessageReader(false).read(1)],
    ['a tag that is none', () => wordsOf(6, 0, 0, (2 << 3) | 5, 8).read(1)],
    ['no shapes at all', () => wordsOf().read({})],
    ['nothing', () => wordsOf().read(null)],
  ])('refuses %s as a violation of the protocol', (_name, read) => {
    expect(read).toThrow(expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }));
  });
});
