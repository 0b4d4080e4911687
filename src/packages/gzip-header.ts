import { crc32 } from 'node:zlib';

/** The parts of a header that a gzip file need not have, by the flag that says so (RFC 1952). */
const FLAG = { headerCheck: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const DEFLATE = 8;
const FIXED_LENGTH = 10;

/** What ends a gzip file: a checksum of what was packed, and its length. */
export const TRAILER_LENGTH = 8;

/** Where the packed data begin behind the header of a gzip file; else what is wrong with the header. */
export function packedDataAt(bytes: Buffer): number | 'truncated' | 'corrupt' {
  if (bytes.length < FIXED_LENGTH) return 'truncated';
  const flags = bytes[3] ?? 0;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== DEFLATE || (flags & FLAG.reserved) !== 0)
    return 'corrupt';
  let at = FIXED_LENGTH;
  if ((flags & FLAG.extra) !== 0) {
    if (at + 2 > bytes.length) return 'truncated';
    at += 2 + bytes.readUInt16LE(at);
  }
  for (const flag of [FLAG.name, FLAG.comment]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return 'truncated';
    at = end + 1;
  }
  if ((flags & FLAG.headerCheck) !== 0) {
    if (at + 2 > bytes.length) return 'truncated';
    if (bytes.readUInt16LE(at) !== (crc32(bytes.subarray(0, at)) & 0xffff)) return 'corrupt';
    at += 2;
  }
  return at > bytes.length ? 'truncated' : at;
}
