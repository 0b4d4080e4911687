import { describe, expect, test } from '@jest/globals';
import { Assembly } from '../../../src/host/remote/assembly.js';
import {
  aliveMessages,
  batchMessages,
  MAX_MESSAGE_BYTES,
  openedMessage,
  partsOf,
  readMessage,
} from '../../../src/host/remote/messages.js';

const bytesOf = (part: string | Uint8Array): Uint8Array =>
  typeof part === 'string' ? Buffer.from(part) : part;

function chunkIn(part: string | Uint8Array): Parameters<Assembly['add']>[0] {
  const message = readMessage(bytesOf(part));
  if (message.kind !== 'chunk') throw new Error(`expected a chunk, found ${message.kind}`);
  return message.chunk;
}

describe('a message to another host', () => {
  test('is read as it was written', () => {
    const [text = ''] = batchMessages([16, { a: 1n }, 32, undefined]);
    expect(readMessage(Buffer.from(text))).toEqual({ kind: 'batch', batch: [16, { a: 1n }, 32, undefined] });
    expect(readMessage(Buffer.from(openedMessage(7, 'x')))).toEqual({ kind: 'opened', id: 7, instance: 'x' });
    const [alive = ''] = aliveMessages('x', [1, 2]);
    expect(readMessage(Buffer.from(alive))).toEqual({ kind: 'alive', instance: 'x', ids: [1, 2] });
    expect(aliveMessages('x', [])).toEqual([]);
    expect(aliveMessages('x', Array<number>(25_000).fill(1))).toHaveLength(3);
  });

  test('that is longer than the server takes is sent in parts, none of which is', () => {
    const message = `1b[16,["${'ä€'.repeat(5_000)}"]]`;
    const parts = partsOf(message, 1_000, () => 't').map(bytesOf);
    expect(parts.length).toBeGreaterThan(20);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(1_000);
    const assembly = new Assembly();
    const whole = parts.map((part) => assembly.add(chunkIn(part), 0));
    expect(whole.slice(0, -1).every((one) => one === undefined)).toBe(true);
    expect(Buffer.from(whole.at(-1) ?? []).toString()).toBe(message);
  });

  test('has an end', () => {
    expect(() => batchMessages([16, 'x'.repeat(MAX_MESSAGE_BYTES)])).toThrow('the limit is 67108864');
    expect(() => partsOf('€'.repeat(MAX_MESSAGE_BYTES / 3 + 1), 1_000_000, () => 't')).toThrow(
      'the limit is 67108864',
    );
  });
});

describe('parts of messages', () => {
  const parts = partsOf('x'.repeat(5_000), 1_000, () => 't').map(chunkIn);
  const part = (place: number): (typeof parts)[number] => parts[place] ?? chunkIn('');

  test('are refused out of their turn, and the message is forgotten', () => {
    const assembly = new Assembly();
    assembly.add(part(0), 0);
    expect(() => assembly.add(part(2), 0)).toThrow('part 2 of a message in the place of part 1');
    expect(() => assembly.add(part(1), 0)).toThrow('part 1 of a message in the place of part 0');
  });

  test('that stop coming are forgotten after a while', () => {
    const assembly = new Assembly();
    assembly.add(part(0), 10);
    assembly.forgetOlder(10);
    assembly.add(part(1), 20);
    assembly.forgetOlder(21);
    expect(() => assembly.add(part(2), 22)).toThrow('in the place of part 0');
  });

  test('are bounded in one message and in all of them', () => {
    const assembly = new Assembly();
    const bytes = new Uint8Array(MAX_MESSAGE_BYTES / 2 + 1);
    const half = (transfer: string, place: number) => ({ transfer, place, count: 9, bytes });
    assembly.add(half('a', 0), 0);
    expect(() => assembly.add(half('a', 1), 0)).toThrow('more than 67108864 bytes in one message');
    for (const name of 'bcdefgh') assembly.add(half(name, 0), 0);
    expect(() => assembly.add(half('i', 0), 0)).toThrow('or 268435456 in several');
  });
});
