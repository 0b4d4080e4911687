import { describe, expect, test } from '@jest/globals';
import { GuestReader, type GuestReaderOptions } from '../../../src/host/executors/guest/guest-reader.js';
import { OpenPackages } from '../../../src/host/executors/guest/open-packages.js';
import { DEFAULT_LIMITS } from '../../support/default-limits.js';
import { PLANE } from '../../../src/wire/frame.js';
import { Pending } from '../../../src/wire/pending.js';
import { UP, idOf, tagOf } from '../../../src/wire/protocol.js';

function openReader(more: Partial<GuestReaderOptions> = {}): { reader: GuestReader; seen: string[] } {
  const seen: string[] = [];
  const packages = new OpenPackages();
  for (let id = 1; id <= 100; id++) packages.open(id, performance.now());
  const reader = new GuestReader({
    name: 'm',
    limits: DEFAULT_LIMITS,
    maxLength: DEFAULT_LIMITS.replyBytes,
    packages,
    checks: { input: undefined, output: undefined },
    faults: { mapStack: (stack) => stack, limitIn: () => undefined },
    asked: new Pending(),
    batch: (batch) => seen.push(`batch of ${batch.length / 2}`),
    log: ({ message, dropped }) => seen.push(dropped === undefined ? `log ${message}` : `dropped ${dropped}`),
    refuse: (tag, error) => seen.push(`refuses ${idOf(tag)}: ${error.code}`),
    uncaught: () => undefined,
    ready: () => undefined,
    ...more,
  });
  return { reader, seen };
}

/** A frame of these pairs. */
function frameOf(...pairs: readonly (readonly [id: number, op: number, value: unknown])[]): string {
  return JSON.stringify(pairs.flatMap(([id, op, value]) => [tagOf(id, op), [value]]));
}

/** Reads a frame to its end; the number of steps that it took besides waiting, 0 when it was read at once. */
async function read(reader: GuestReader, text: string): Promise<number> {
  const reading = reader.read(PLANE.data, text);
  let steps = 0;
  for (let isRead = reading === undefined; !isRead;) {
    const step = reading?.step();
    if (step instanceof Promise) await step;
    else steps++;
    isRead = step === true;
  }
  return steps;
}

describe('a frame of a guest', () => {
  test('is read at once when it is short', async () => {
    const { reader, seen } = openReader();
    expect(await read(reader, frameOf([1, UP.reply, 'a'], [2, UP.reply, 'b']))).toBe(0);
    expect(seen).toEqual(['batch of 2']);
  });

  test('is read in steps when it is long, and handed on value by value', async () => {
    const { reader, seen } = openReader();
    const rows = Array.from({ length: 20_000 }, (_, i) => [i]);
    expect(await read(reader, frameOf([1, UP.reply, rows], [2, UP.reply, rows]))).toBeGreaterThan(15);
    expect(seen).toEqual(['batch of 1', 'batch of 1']);
  });

  test('is read in steps when it is short and what is in it takes long to make', async () => {
    const { reader, seen } = openReader();
    const text = JSON.stringify({ $: 'regexp', of: ['\\p{L}'.repeat(40), 'u'] });
    const frame = `[${[1, 2].map((id) => `${tagOf(id, UP.reply)},[${text},1]`).join(',')}]`;
    expect(await read(reader, frame)).toBeGreaterThan(2);
    expect(seen).toEqual(['batch of 1', 'batch of 1']);
  });

  test('is handed on fault by fault when what they say takes long to look through', async () => {
    const { reader, seen } = openReader();
    const fault = { message: 'x'.repeat(5_000) };
    expect(await read(reader, frameOf([1, UP.fault, fault]))).toBe(0);
    expect(await read(reader, frameOf([2, UP.fault, fault], [3, UP.fault, fault], [4, UP.reply, 1]))).toBe(4);
    expect(seen).toEqual(Array(4).fill('batch of 1'));
  });

  test('with a question that would take too much of the host’s memory to pass on is answered, not passed on', async () => {
    const { reader, seen } = openReader();
    const crumbs = Array.from({ length: 80_000 }, () => []);
    await read(
      reader,
      frameOf([7, UP.capability, ['fs.writeText', crumbs]], [1, UP.reply, 'a'], [8, UP.event, crumbs]),
    );
    expect(seen).toEqual([
      'refuses 7: PHLOW_INPUT_TOO_LARGE',
      'batch of 1',
      'refuses 8: PHLOW_INPUT_TOO_LARGE',
    ]);
  });

  test('that is longer than a reply may be is refused unread', () => {
    const { reader } = openReader();
    const long = 'x'.repeat(DEFAULT_LIMITS.replyBytes + 1);
    expect(() => reader.read(PLANE.data, long)).toThrow(
      expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }),
    );
    expect(() => reader.read(PLANE.data, Buffer.alloc(3 * DEFAULT_LIMITS.replyBytes + 1))).toThrow(
      /a message of \d+ bytes/,
    );
  });

  test('of the log is not even parsed once it is above the module’s rate', () => {
    const { reader, seen } = openReader({ limits: { ...DEFAULT_LIMITS, logBytesPerSecond: 100 } });
    const line = JSON.stringify({ level: 'info', time: 0, message: 'x'.repeat(60) });
    reader.read(PLANE.log, line);
    reader.read(PLANE.log, line);
    expect(() => reader.read(PLANE.log, 'this is no JSON')).not.toThrow();
    reader.read(PLANE.log, '9000');
    expect(seen).toEqual([`log ${'x'.repeat(60)}`, `log ${'x'.repeat(60)}`, 'dropped 1', 'dropped 9000']);
  });

  test('counts what nobody has asked for', async () => {
    const { reader } = openReader();
    await read(reader, frameOf([1, UP.reply, 'a']));
    expect(reader.takeUnasked()).toBe(0);
    await read(reader, frameOf([1, UP.event, 'a'], [2, UP.event, 'b']));
    expect([reader.takeUnasked(), reader.takeUnasked()]).toEqual([2, 0]);
  });

  test('does not count the runs that requests of the host start, one for each', async () => {
    const packages = new OpenPackages();
    packages.open(1, Infinity);
    packages.open(2, Infinity);
    const { reader } = openReader({ packages });
    await read(reader, frameOf([1, UP.event, 'a'], [2, UP.eventWith, 'b'], [3, UP.event, 'c']));
    expect(reader.takeUnasked()).toBe(1);
  });
});
