/**
 * How many bytes at the end of a piece belong to a character that is not whole yet. The other side decodes whole texts only, so what is
 * begun waits here for the next piece.
 */
export function pendingBytes(encoding: string, bytes: Uint8Array): number {
  const next = STEPS[encoding];
  if (next === undefined) return 0;
  let at = 0;
  while (at < bytes.length) {
    const length = next(bytes, at);
    if (at + length > bytes.length) return bytes.length - at;
    at += length;
  }
  return 0;
}

/** Whether every piece has to wait for the last one, because what bytes mean depends on all before them. */
export function isStateful(encoding: string): boolean {
  return encoding === 'iso-2022-jp';
}

/** The length of the character that begins at a place; of a malformed one, what the standard takes away for it. */
type Step = (bytes: Uint8Array, at: number) => number;

const STEPS: Readonly<Record<string, Step | undefined>> = {
  gbk: stepOfGb18030,
  gb18030: stepOfGb18030,
  big5: pairsFrom(0x81, 0xfe),
  'euc-kr': pairsFrom(0x81, 0xfe),
  shift_jis: (bytes, at) => {
    const byte = bytes[at] ?? 0;
    return isBetween(byte, 0x81, 0x9f) || isBetween(byte, 0xe0, 0xfc) ? pair(bytes, at) : 1;
  },
  'euc-jp': (bytes, at) => {
    const byte = bytes[at] ?? 0;
    if (byte === 0x8f && isBetween(bytes[at + 1] ?? 0xa1, 0xa1, 0xfe)) {
      // Three bytes, but the third may begin something else.
      return (bytes[at + 2] ?? 0x80) < 0x80 ? 2 : 3;
    }
    return byte === 0x8e || byte === 0x8f || isBetween(byte, 0xa1, 0xfe) ? pair(bytes, at) : 1;
  },
};

function pairsFrom(from: number, to: number): Step {
  return (bytes, at) => (isBetween(bytes[at] ?? 0, from, to) ? pair(bytes, at) : 1);
}

/** A lead byte takes the next along, unless that is ASCII and makes no character: then it is read again, which is the same for our purpose unless it is the last. */
function pair(bytes: Uint8Array, at: number): number {
  const trail = bytes[at + 1];
  return trail !== undefined && trail < 0x30 ? 1 : 2;
}

function stepOfGb18030(bytes: Uint8Array, at: number): number {
  if (!isBetween(bytes[at] ?? 0, 0x81, 0xfe)) return 1;
  const second = bytes[at + 1];
  if (second === undefined || !isBetween(second, 0x30, 0x39)) return pair(bytes, at);
  const third = bytes[at + 2];
  if (third === undefined) return 4;
  // Not four bytes after all: only the first is malformed, the others are read again.
  if (!isBetween(third, 0x81, 0xfe)) return 1;
  const fourth = bytes[at + 3];
  return fourth === undefined || isBetween(fourth, 0x30, 0x39) ? 4 : 1;
}

function isBetween(byte: number, from: number, to: number): boolean {
  return byte >= from && byte <= to;
}
