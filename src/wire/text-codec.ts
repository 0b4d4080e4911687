import { PhlowError } from '../errors.js';
import { isSendable, obstacleIn } from './obstacle.js';
import { type Batch, isTag } from './protocol.js';
import { checkCost } from './json-survey.js';
import { textNestsAtMost } from './nesting.js';
import { isJson, toTagged } from './tagged.js';
import { fromTagged } from './tagged-reader.js';
import { FRAME_BYTES_PER_CHARACTER, utf8Length } from './utf8-length.js';

/** What one text frame may hold at most. */
export interface TextLimits {
  /** UTF-16 units in one frame, which may have half as many bytes more. */
  readonly maxLength: number;
  /** Nested arrays and objects in one value. */
  readonly maxDepth: number;
  /** The reader parses in slices and limits the keys of an object. Default: false. */
  readonly isReadInSlices?: boolean;
}

/** Stands in a frame for "no value at all", which JSON cannot say; a value is wrapped in a one-item array. */
const ABSENT = 0;

/** Stands behind a value in its box that says what JSON has no word for, see `tagged`. */
const TAGGED = 1;

/** Characters of a value that is one text, of two bytes each, which together are far below what a reader takes of the heap (json-cost.ts). */
const MAX_HARMLESS_TEXT = 64 * 1_048_576;

/** The batch and the box around each value are two levels of their own. */
export const OWN_DEPTH = 2;

/** Tags and values in one batch at most: eight times what the sender's outbox collects, so that handing on what was read ends soon. */
const MAX_SLOTS = 1_024;

/**
 * A frame of more than one value has at most this many characters. Shorter frames are read faster: what they may make of the heap needs no count, and few
 * are looked through (hidden-classes.ts); and the other side works on the first values of a burst while the rest is on its way.
 */
const SHARED_FRAME_LENGTH = 8 * 1024;

/**
 * A batch as JSON text, which is how it crosses at levels whose code is not trusted: no exotica of structured clone ever reaches the host. Who
 * reads text of a guest checks its length before it is parsed and its depth before anything walks what came of it (`parseSafely`,
 * `SlicedParse`), and drops keys that could touch a prototype: a value that has such keys of its own is written here in another form, which
 * makes them own members and nothing else. Each frame is a batch of its own. Throws PHLOW_INPUT_UNCLONABLE or PHLOW_REPLY_TOO_LARGE.
 */
export function encodeFrames(batch: Batch, limits: TextLimits): string[] {
  const frames: string[] = [];
  const maxShared = Math.min(SHARED_FRAME_LENGTH, limits.maxLength) - '[,]'.length;
  let pairs = '';
  let length = 0;
  // A value that is one text takes of the heap what it is long; counting its characters takes longer than writing them.
  const isOneText = batch.length === 2 && typeof batch[1] === 'string';
  for (let i = 0; i < batch.length; i += 2) {
    const pair = pairAt(batch, i, limits.maxDepth);
    // What is as long as the longest frame is written one by one: all at once it would fill the reader's memory while the first is still being read.
    length += pair.length;
    if (length > limits.maxLength) throw tooLong(length, 'characters', limits.maxLength);
    if (pairs === '') pairs = pair;
    else if (pairs.length + pair.length <= maxShared) pairs += `,${pair}`;
    else {
      frames.push(frameOf(pairs, limits));
      pairs = pair;
    }
  }
  frames.push(frameOf(pairs, limits, isOneText));
  return frames;
}

/** The same as one frame. */
export function encodeBatch(batch: Batch, limits: TextLimits): string {
  const pairs: string[] = [];
  for (let i = 0; i < batch.length; i += 2) pairs.push(pairAt(batch, i, limits.maxDepth));
  return frameOf(pairs.join(), limits);
}

function pairAt(batch: Batch, at: number, maxDepth: number): string {
  return `${String(batch[at])},${textOf(batch[at + 1], maxDepth)}`;
}

function frameOf(
  pairs: string,
  { maxLength, isReadInSlices = false }: TextLimits,
  isOneText = false,
): string {
  const frame = `[${pairs}]`;
  if (frame.length > maxLength) throw tooLong(frame.length, 'characters', maxLength);
  const maxBytes = Math.floor(maxLength * FRAME_BYTES_PER_CHARACTER);
  // A character has three bytes at most.
  const bytes = frame.length * 3 > maxBytes ? utf8Length(frame) : 0;
  if (bytes > maxBytes) throw tooLong(bytes, 'bytes of UTF-8', maxBytes);
  // Who reads it counts the whole frame: values that are each below a limit may be above it together, and are then written one by one.
  if (!isOneText || frame.length > MAX_HARMLESS_TEXT) checkCost(frame, isReadInSlices);
  return frame;
}

/** The batch that was read from a frame; `parsed` is ours alone and changes. Throws PHLOW_WIRE_VIOLATION. */
export function batchOf(parsed: unknown): Batch {
  const batch = boxedBatch(parsed);
  for (let i = 0; i < batch.length; i += 2) unbox(batch, i);
  return batch;
}

/** The same with each value still in its box: taking one out may take as long as all its parts. Throws PHLOW_WIRE_VIOLATION. */
export function boxedBatch(parsed: unknown): unknown[] {
  if (!Array.isArray(parsed) || parsed.length % 2 !== 0) throw violation('a message that is not a batch');
  if (parsed.length > MAX_SLOTS) throw violation(`a batch of ${parsed.length / 2} values`);
  for (let i = 0; i < parsed.length; i += 2)
    if (!isTag(parsed[i])) throw violation('a batch with a tag that is not a number');
  return parsed as unknown[];
}

/**
 * Takes the value behind the tag at `at` out of its box, in place: the array is ours and nobody else has seen it. Returns how many parts it
 * counted (tagged-cost.ts), 0 for plain data.
 */
export function unbox(batch: unknown[], at: number): number {
  const boxed = batch[at + 1];
  if (Array.isArray(boxed) && boxed.length === 2 && boxed[1] === TAGGED) {
    const { value, parts } = fromTagged(boxed[0]);
    batch[at + 1] = value;
    return parts;
  }
  if (Array.isArray(boxed) && boxed.length === 1) batch[at + 1] = boxed[0] as unknown;
  else if (boxed === ABSENT) batch[at + 1] = undefined;
  else throw violation('a value that is not boxed');
  return 0;
}

function textOf(value: unknown, maxDepth: number): string {
  if (value === undefined) return String(ABSENT);
  // Without a walk and a writer, which take longer than all else of a small package.
  if (typeof value === 'boolean') return value ? '[true]' : '[false]';
  if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) return `[${value}]`;
  const isPlain = isJson(value, maxDepth);
  if (!isPlain && typeof value === 'object' && value !== null) assertSendable(value);
  const text = JSON.stringify(isPlain ? value : toTagged(value, maxDepth));
  if (!isPlain && !textNestsAtMost(text, maxDepth))
    throw new PhlowError(
      'PHLOW_INPUT_UNCLONABLE',
      `Cannot write a value as text: it nests more than ${maxDepth} levels deep`,
    );
  return isPlain ? `[${text}]` : `[${text},${TAGGED}]`;
}

/** What text has words for can still lose something on the way, as an instance of a class does. Throws PHLOW_INPUT_UNCLONABLE with the place in the value. */
export function assertSendable(value: object, at = ''): void {
  if (isSendable(value, true)) return;
  const { path, problem } = obstacleIn(value, at, true) ?? { path: at, problem: 'changes while it is read' };
  const place = path === '' ? 'it' : `its ${path.replace(/^\./, '')}`;
  throw new PhlowError('PHLOW_INPUT_UNCLONABLE', `Cannot write a value as text: ${place} ${problem}`, {
    details: { path },
  });
}

function violation(found: string): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of the module: found ${found}`);
}

function tooLong(found: number, unit: string, limit: number): PhlowError {
  return new PhlowError(
    'PHLOW_REPLY_TOO_LARGE',
    `Cannot pass a message of ${found} ${unit}: the limit is ${limit}, from limits.reply, which holds both ways; send less, send it as a stream, or raise limits.reply`,
    { details: { found, limit } },
  );
}
