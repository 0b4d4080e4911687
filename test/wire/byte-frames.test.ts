import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader, MAX_FRAME_BYTES, readFrameSync, writeFrame } from '../../src/wire/byte-frames.js';
import { withFolder } from '../support/temporary-folder.js';
import { writtenTo } from '../support/written-to.js';

function written(...frames: readonly (string | Uint8Array)[]): Buffer {
  const stream = new PassThrough({ highWaterMark: 64 * 1_048_576 });
  for (const frame of frames) writeFrame(stream, frame);
  return writtenTo(stream);
}

interface Read {
  readonly reader: FrameReader;
  readonly taken: Buffer[];
  readonly refused: string[];
}

function reading(maxBytes = MAX_FRAME_BYTES): Read {
  const taken: Buffer[] = [];
  const refused: string[] = [];
  const reader = new FrameReader(
    maxBytes,
    (frame) => taken.push(Buffer.from(frame)),
    (found) => refused.push(found),
  );
  return { reader, taken, refused };
}

/** Hands the stream on in pieces of the given sizes, all in one buffer that is written over each time. */
function pushInPieces(reader: FrameReader, stream: Buffer, sizes: readonly number[]): void {
  const chunk = Buffer.alloc(Math.max(1, ...sizes));
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = Math.min(sizes[i % sizes.length] ?? 1, stream.length - at);
    stream.copy(chunk, 0, at, at + size);
    reader.push(chunk.subarray(0, size));
    chunk.fill(0xff);
    at += size;
  }
}

const frame = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 }));
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });

describe('frames on a byte stream', () => {
  test('arrive as they were written, wherever the stream is cut and although chunks are used again', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), pieces, (frames, sizes) => {
        const { reader, taken, refused } = reading();
        pushInPieces(reader, written(...frames), sizes);
        expect(taken).toEqual(frames.map((one) => Buffer.from(one)));
        expect(refused).toEqual([]);
      }),
    );
  });

  test('carry any text, also halves of a surrogate pair, which become the replacement character', () => {
    const { reader, taken } = reading();
    reader.push(written('plain', 'gr\u00fc\u00dfe', '\u{1F600} \u2028', '\ud83d', ''));
    expect(taken.map(String)).toEqual(['plain', 'gr\u00fc\u00dfe', '\u{1F600} \u2028', '\ufffd', '']);
  });

  test.each([0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])('hold %i bytes', (length) => {
    const { reader, taken } = reading();
    reader.push(written(new Uint8Array(length), 'x'.repeat(length)));
    expect(taken.map((one) => one.length)).toEqual([length, length]);
  });

  test('are refused by their head alone when they are above the limit, and nothing is read after that', () => {
    const { reader, taken, refused } = reading(10);
    const stream = written('ten bytes.', 'eleven bytes', 'next');
    reader.push(stream.subarray(0, 18));
    expect(taken.map(String)).toEqual(['ten bytes.']);
    expect(refused).toEqual(['a frame of 12 bytes, more than the limit of 10']);
    reader.push(stream.subarray(18));
    expect(taken.length).toBe(1);
    expect(refused.length).toBe(1);
  });

  test('keep to a limit that is set later', () => {
    const { reader, taken, refused } = reading(100);
    reader.push(written('a longer frame'));
    reader.limit(4);
    reader.push(written('four', 'fives'));
    expect(taken.map(String)).toEqual(['a longer frame', 'four']);
    expect(refused).toEqual(['a frame of 5 bytes, more than the limit of 4']);
  });

  test('are not mistaken for other bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 128, max: 255 }), (place, byte) => {
        const { reader, taken, refused } = reading();
        const head = Buffer.alloc(4);
        head[place] = byte;
        reader.push(head);
        expect([taken.length, refused]).toEqual([0, ['bytes that are no frame']]);
      }),
    );
  });

  test('stop when whoever takes one closes the reader', () => {
    const taken: string[] = [];
    const reader: FrameReader = new FrameReader(100, (one) => {
      taken.push(one.toString());
      reader.close();
    });
    reader.push(written('first', 'second'));
    reader.push(written('third'));
    expect(taken).toEqual(['first']);
  });

  test('are not begun when their length cannot be told in a head', () => {
    const huge = { length: MAX_FRAME_BYTES + 1 } as Uint8Array;
    expect(() => written(huge)).toThrow(RangeError);
  });
});

describe('reading a frame from a descriptor', () => {
  /** What comes of reading that many frames from a file with these bytes. */
  const readFrom = (bytes: Buffer, frames: number): Promise<readonly (string | undefined)[]> =>
    withFolder((folder) => {
      const path = join(folder, 'stream');
      writeFileSync(path, bytes);
      const fd = openSync(path, 'r');
      try {
        return Promise.resolve(Array.from({ length: frames }, () => readFrameSync(fd)?.toString()));
      } finally {
        closeSync(fd);
      }
    });

  test('gives one after the other, and nothing once the stream has ended', async () => {
    const long = 'x'.repeat(300_000);
    expect(await readFrom(written('one', '', long), 4)).toEqual(['one', '', long, undefined]);
  });

  test('gives nothing of a frame that the stream ends in', async () => {
    const whole = written('whole');
    expect(await readFrom(whole.subarray(0, -1), 1)).toEqual([undefined]);
    expect(await readFrom(whole.subarray(0, 2), 1)).toEqual([undefined]);
  });
});
