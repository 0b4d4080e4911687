import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { pure, type Builtin, type Context } from './registry.js';

/** The namespace for names of the domain name system (RFC 9562, 6.6). */
const DNS = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex');
/** 100 ns steps from the start of the Gregorian calendar to 1970. */
const GREGORIAN = 122_192_928_000_000_000n;

/** UUIDs (docs/spec/phs.md 11.1, RFC 9562). Kinds that do not exist give version 4, as in the original. */
export const UUIDS: readonly Builtin[] = [
  pure('uuid', [], (context) => context.once(() => randomUUID())),
  pure('uuid', ['string'], made),
  pure('uuid', ['string', 'string'], (context, kind, name) => {
    context.charge(name.length >> 6);
    if (kind === 'v3') return named('md5', 3, name);
    return kind === 'v5' ? named('sha1', 5, name) : context.once(() => randomUUID());
  }),
];

function made(context: Context, kind: string): string {
  return context.once(() => {
    if (kind === 'v6') return timed(Date.now());
    return kind === 'v7' ? sorted(Date.now()) : randomUUID();
  });
}

function named(hash: 'md5' | 'sha1', version: number, name: string): string {
  return spelled(createHash(hash).update(DNS).update(name).digest(), version);
}

/** Version 6: Gregorian time with its high bits first, a random clock sequence, node 0. */
function timed(now: number): string {
  const ticks = BigInt(now) * 10_000n + GREGORIAN;
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Number(ticks >> 12n), 0, 6);
  bytes.writeUInt16BE(Number(ticks & 0xfffn), 6);
  bytes.fill(0, 10);
  return spelled(bytes, 6);
}

/** Version 7: milliseconds since 1970, then randomness. */
function sorted(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  return spelled(bytes, 7);
}

function spelled(bytes: Buffer, version: number): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
