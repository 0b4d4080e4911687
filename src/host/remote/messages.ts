import { PhlowError } from '../../errors.js';
import { visibleLine } from '../../visible-text.js';
import { isMap } from '../../values.js';
import type { Batch } from '../../wire/protocol.js';
import { parseSafely } from '../../wire/safe-json.js';
import { boxedBatch, encodeFrames, OWN_DEPTH, unbox } from '../../wire/text-codec.js';

/**
 * What hosts say to each other. A message is a character for the version of this protocol, one for its kind, and a body:
 *
 * - batch: `[tag, value, ...]` as it crosses to a compartment as text. Tags are those of `wire/protocol`, ids those of the calling host.
 * - opened: `[id, instance]`: this instance has the call, and takes what belongs to it.
 * - alive: `[instance, [id, ...]]`: this instance has these calls; once a second.
 * - chunk: `[transfer, place, count]`, a line break, and a part of a message that is longer than the server takes.
 */
export const PROTOCOL = 1;
const VERSION = String(PROTOCOL);
const KIND = { batch: 'b', opened: 'o', alive: 'a', chunk: 'c' } as const;

/** The longest message, put together from its chunks. */
export const MAX_MESSAGE_BYTES = 64 * 1_048_576;
/** Nested arrays and objects in one value: what one of our own compartments may send. */
const MAX_DEPTH = 128;
const LIMITS = { maxLength: Infinity, maxDepth: MAX_DEPTH } as const;
const MAX_CALLS = 10_000;

/** A message that was read. */
export type Message =
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'opened'; readonly id: number; readonly instance: string }
  | { readonly kind: 'alive'; readonly instance: string; readonly ids: readonly number[] }
  | { readonly kind: 'chunk'; readonly chunk: Chunk };

/** A part of a message. */
export interface Chunk {
  readonly transfer: string;
  readonly place: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** A batch as messages. Throws PHLOW_INPUT_UNCLONABLE, and PHLOW_REPLY_TOO_LARGE for more than there is room for. */
export function batchMessages(batch: Batch): string[] {
  return encodeFrames(batch, LIMITS).map((frame) => {
    if (frame.length > MAX_MESSAGE_BYTES) throw tooLong(frame.length);
    return `${VERSION}${KIND.batch}${frame}`;
  });
}

export function openedMessage(id: number, instance: string): string {
  return `${VERSION}${KIND.opened}${JSON.stringify([id, instance])}`;
}

export function aliveMessages(instance: string, ids: readonly number[]): string[] {
  const messages: string[] = [];
  for (let from = 0; from < ids.length; from += MAX_CALLS)
    messages.push(`${VERSION}${KIND.alive}${JSON.stringify([instance, ids.slice(from, from + MAX_CALLS)])}`);
  return messages;
}

/** The parts that a message is sent in: itself where the server takes it whole. */
export function partsOf(
  message: string,
  maxPayload: number,
  transfer: () => string,
): readonly (string | Uint8Array)[] {
  // A character has three bytes at most.
  if (message.length * 3 <= maxPayload) return [message];
  const bytes = Buffer.from(message);
  if (bytes.length > MAX_MESSAGE_BYTES) throw tooLong(bytes.length);
  if (bytes.length <= maxPayload) return [bytes];
  const name = transfer();
  const room = maxPayload - chunkHead(name, MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES).length;
  const count = Math.ceil(bytes.length / room);
  return Array.from({ length: count }, (_, place) =>
    Buffer.concat([chunkHead(name, place, count), bytes.subarray(place * room, (place + 1) * room)]),
  );
}

function chunkHead(transfer: string, place: number, count: number): Buffer {
  return Buffer.from(`${VERSION}${KIND.chunk}${JSON.stringify([transfer, place, count])}\n`);
}

/** Reads a message, which may come from anybody. Throws PHLOW_WIRE_VIOLATION. */
export function readMessage(data: Uint8Array): Message {
  const [version, kind] = [data[0], data[1]].map((byte) =>
    byte === undefined ? '' : String.fromCharCode(byte),
  );
  if (version !== VERSION) throw otherVersion(version);
  const body = Buffer.from(data.buffer, data.byteOffset, data.byteLength).subarray(2);
  switch (kind) {
    case KIND.batch:
      return { kind: 'batch', batch: readBatch(body.toString()) };
    case KIND.opened: {
      const [id, instance] = listIn(body);
      if (isId(id) && typeof instance === 'string') return { kind: 'opened', id, instance };
      break;
    }
    case KIND.alive: {
      const [instance, ids] = listIn(body);
      if (typeof instance === 'string' && Array.isArray(ids) && ids.every(isId))
        return { kind: 'alive', instance, ids };
      break;
    }
    case KIND.chunk: {
      const end = body.indexOf('\n');
      const [transfer, place, count] = listIn(body.subarray(0, Math.max(0, end)));
      if (typeof transfer === 'string' && isId(place) && isId(count) && place < count)
        return { kind: 'chunk', chunk: { transfer, place, count, bytes: body.subarray(end + 1) } };
      break;
    }
    default:
  }
  throw violation('a message that is none of this protocol');
}

function readBatch(text: string): Batch {
  const batch = boxedBatch(parseSafely(text, MAX_DEPTH + OWN_DEPTH));
  for (let i = 0; i < batch.length; i += 2) unbox(batch, i);
  return batch;
}

function listIn(body: Buffer): readonly unknown[] {
  const list = parseSafely(body.toString(), 2);
  if (Array.isArray(list)) return list as readonly unknown[];
  throw violation('a message that is none of this protocol');
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The text of a message in JSON. Throws PHLOW_WIRE_VIOLATION. */
export function readJson(data: Uint8Array): Readonly<Record<string, unknown>> {
  const value = parseSafely(Buffer.from(data).toString(), MAX_DEPTH);
  if (isMap(value)) return value;
  throw violation('a message that is none of this protocol');
}

/** The error for a host that speaks another version of the protocol. */
export function otherVersion(found: unknown): PhlowError {
  return violation(
    `version ${visibleLine(String(found), 20)} of the protocol, this host speaks version ${VERSION}; run the same version of phlow on both hosts`,
  );
}

/** The error for what another host should not have sent. */
export function violation(found: string): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of another host: found ${found}`);
}

function tooLong(bytes: number): PhlowError {
  return new PhlowError(
    'PHLOW_REPLY_TOO_LARGE',
    `Cannot pass a message of ${bytes} bytes to another host: the limit is ${MAX_MESSAGE_BYTES}; send less, or send it as a stream`,
    { details: { found: bytes, limit: MAX_MESSAGE_BYTES } },
  );
}
