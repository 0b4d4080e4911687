import { PassThrough } from 'node:stream';
import { describe, expect, jest, test } from '@jest/globals';
import { captureStream } from '../../src/host/log/capture-stream.js';
import { DEFAULT_LOG_RATE, LogGate } from '../../src/host/log/log-gate.js';
import { LogRateLimiter } from '../../src/host/log/log-rate-limiter.js';
import { readLogRecord } from '../../src/host/log/log-line.js';
import type { LogRecord } from '../../src/wire/log-record.js';

const record = (message: string, fields?: LogRecord['fields']): LogRecord => ({
  level: 'info',
  time: 0,
  message,
  fields,
});

/** What becomes of output that comes in these pieces, each at its time. */
async function captured(chunks: readonly (readonly [text: string, at: number])[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  let now = 0;
  captureStream(
    stream,
    'info',
    ({ message }) => lines.push(message),
    () => now,
  );
  for (const [text, at] of chunks) {
    now = at;
    stream.write(text);
    await new Promise(setImmediate);
  }
  stream.end();
  await new Promise((resolve) => stream.once('close', resolve));
  return lines;
}

describe('what a module prints', () => {
  test('becomes a record for each line, wherever it is cut', async () => {
    expect(
      await captured([
        ['a\r\nb', 0],
        ['c\n\n', 1],
        ['d', 2],
      ]),
    ).toEqual(['a', 'bc', 'd']);
  });

  test('is cut into lines of bounded length', async () => {
    const lines = await captured([
      ['x'.repeat(20_000), 0],
      ['y\n', 1],
    ]);
    expect(lines.map(({ length }) => length)).toEqual([20_000, 1]);
  });

  test('is dropped and counted when it is more than anybody reads, and read again in the next second', async () => {
    const lines = await captured([
      ['a\n'.repeat(5_000), 0],
      ['b\n'.repeat(10), 500],
      ['c\n', 1_000],
    ]);
    expect(lines).toHaveLength(2_002);
    expect(lines.slice(-2)).toEqual([
      `${2 * 3_000 + 20} characters of output were dropped: too many in a second`,
      'c',
    ]);
  });

  test('costs as much in empty lines', async () => {
    const lines = await captured([
      ['\n'.repeat(2_000_000), 0],
      ['c\n', 1_000],
    ]);
    expect(lines.at(-1)).toBe('c');
    expect(lines.at(-2)).toMatch(/characters of output were dropped/);
  });
});

describe('a log', () => {
  test('passes so many characters a second, however few its lines are', () => {
    const passed: LogRecord[] = [];
    let cut = 0;
    let now = 0;
    const gate = new LogGate(
      { linesPerSecond: 1_000, burst: 5_000 },
      (one) => passed.push(one),
      (lines) => (cut = lines),
      () => now,
    );
    for (let i = 0; i < 200; i++) gate.write(record('x'.repeat(16_384)));
    expect(passed).toHaveLength(64);
    now = 1_000;
    gate.write(record('y'));
    expect([passed.length, cut]).toEqual([65, 136]);
    for (let i = 0; i < 200; i++) gate.write(record('', { a: 'x'.repeat(16_384) }));
    expect(passed.length).toBe(65 + 64);
  });

  test('says at most once a second that lines were cut, and loses none of the count', () => {
    const cuts: number[] = [];
    let passed = 0;
    let now = 0;
    const gate = new LogGate(
      { linesPerSecond: 100, burst: 1 },
      () => passed++,
      (lines) => cuts.push(lines),
      () => now,
    );
    for (; now < 3_000; now++) gate.write(record('one of a flood'));
    gate.flush();
    expect(cuts).toHaveLength(4);
    expect(passed + cuts.reduce((sum, lines) => sum + lines)).toBe(3_000);
  });

  test('is not read where it is more than its module sends by itself', () => {
    const limiter = new LogRateLimiter(1_000);
    const admitted = Array.from({ length: 30 }, () => limiter.admit(100, 5_000)).filter(Boolean);
    expect(admitted).toHaveLength(20);
    expect(limiter.admit(100, 6_000)).toBe(true);
  });

  test('counts lines that were dropped before they came, and says so without another line', () => {
    jest.useFakeTimers();
    try {
      const cuts: number[] = [];
      const gate = new LogGate(
        DEFAULT_LOG_RATE,
        () => undefined,
        (lines) => cuts.push(lines),
      );
      for (const dropped of [7, 5]) gate.write(readLogRecord({ message: '', dropped }));
      expect(cuts).toEqual([]);
      jest.runAllTimers();
      expect(cuts).toEqual([12]);
      for (const dropped of [0.5, -1, '3', NaN])
        expect(readLogRecord({ message: 'x', dropped })).not.toHaveProperty('dropped');
    } finally {
      jest.useRealTimers();
    }
  });

  test('shows no fields that are more than a line can hold', () => {
    const fields = { list: Array.from({ length: 5_000 }, () => ({})) };
    expect(readLogRecord({ message: 'x', fields }).fields).toEqual({
      cut: 'fields of more than 2000 values or 65536 characters',
    });
    expect(readLogRecord({ message: 'x', fields: { a: 1 } }).fields).toEqual({ a: 1 });
  });
});
