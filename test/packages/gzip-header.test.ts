import { crc32, gzipSync, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { packedDataAt } from '../../src/packages/gzip-header.js';
import { readTarball } from '../../src/packages/read-tarball.js';
import { moduleEntries, TAR_END, tarEntry } from '../support/tar-writer.js';

/** A header with everything that one may have. */
function fullHeader(): Buffer {
  const fixed = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3]);
  const extra = Buffer.from([3, 0, 1, 0, 2]);
  const header = Buffer.concat([fixed, extra, Buffer.from('name.tar\0a comment\0')]);
  const check = Buffer.alloc(2);
  check.writeUInt16LE(crc32(header) & 0xffff);
  return Buffer.concat([header, check]);
}

describe('the header of a gzip file', () => {
  test('ends before what is packed, with all that it may have', () => {
    expect(packedDataAt(gzipSync('x'))).toBe(10);
    const header = fullHeader();
    expect(packedDataAt(Buffer.concat([header, deflateRawSync('x')]))).toBe(header.length);
    for (let length = 0; length < header.length; length++)
      expect(packedDataAt(header.subarray(0, length))).toBe('truncated');
  });

  test.each([
    ['a sum that is another', (header: Buffer) => header.writeUInt16LE(0, header.length - 2)],
    ['another way of packing', (header: Buffer) => header.writeUInt8(9, 2)],
    ['a flag that nobody knows', (header: Buffer) => header.writeUInt8(0x5e, 3)],
    ['another magic number', (header: Buffer) => header.writeUInt8(0x8c, 1)],
  ])('is refused with %s', (_, change) => {
    const header = fullHeader();
    change(header);
    expect(packedDataAt(header)).toBe('corrupt');
  });

  test('of a tarball may have a name, as gzip writes it', async () => {
    const tar = Buffer.concat([...moduleEntries().map(tarEntry), TAR_END]);
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc32(tar), 0);
    trailer.writeUInt32LE(tar.length, 4);
    const { files } = await readTarball(Buffer.concat([fullHeader(), deflateRawSync(tar), trailer]), 'x.tgz');
    expect(files.map(({ path }) => path)).toContain('phlow.yaml');
  });
});
