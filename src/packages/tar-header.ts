import type { FailTarball, TarballRule } from './tarball-error.js';

/** Tarballs are made of blocks of this length. */
export const BLOCK_BYTES = 512;

/** What a header block says, before anything of it is believed. */
export interface TarHeader {
  /** The sign of the entry's type. */
  readonly type: string;
  /** The bytes of the name, with the prefix before it. */
  readonly name: Buffer;
  readonly bytes: number;
  readonly isExecutable: boolean;
}

/** Types that are refused by name. Any other unknown one is refused as such. */
const REFUSED: Readonly<Record<string, readonly [TarballRule, string]>> = {
  '1': ['hard-link', 'a hard link'],
  '2': ['symbolic-link', 'a symbolic link'],
  '3': ['device', 'a character device'],
  '4': ['device', 'a block device'],
  '6': ['fifo', 'a named pipe'],
  K: ['symbolic-link', 'the long target of a link'],
};

/** Files, folders, and the headers that say more about the entry after them: pax, pax for all, the long name of GNU tar. */
const ACCEPTED = new Set(['0', '\0', '5', 'x', 'g', 'L']);

/** True for a block of nothing, of which two end a tarball. */
export function isEmptyBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

/** Reads a header block, strictly: what another reader could take for something else is refused. */
export function readTarHeader(block: Buffer, fail: FailTarball): TarHeader {
  if (checksumOf(block) !== octal(block.subarray(148, 156)))
    throw fail('checksum', 'the checksum of an entry is wrong, so that the file is damaged or no tarball');
  const magic = block.toString('latin1', 257, 265);
  const isUstar = magic === 'ustar\u000000';
  if (!isUstar && magic !== 'ustar  \0')
    throw fail(
      'not-ustar',
      'it is of a kind of tar that leaves much to guess; make it with phlow pack or npm pack',
    );
  const type = block.toString('latin1', 156, 157);
  const refused = REFUSED[type];
  const own = textIn(block.subarray(0, 100), fail);
  const prefix = isUstar ? textIn(block.subarray(345, 500), fail) : Buffer.alloc(0);
  const name = prefix.length === 0 ? own : Buffer.concat([prefix, Buffer.from('/'), own]);
  const shown = `the entry "${shownName(name)}"`;
  if (refused !== undefined)
    throw fail(refused[0], `${shown} is ${refused[1]}; only files and folders are taken`);
  if (!ACCEPTED.has(type))
    throw fail('unsupported-type', `${shown} is neither a file nor a folder (type ${JSON.stringify(type)})`);
  if (textIn(block.subarray(157, 257), fail).length > 0)
    throw fail('link-target', `${shown} is no link, and has the target of one`);
  const bytes = octal(block.subarray(124, 136));
  const mode = octal(block.subarray(100, 108));
  if (bytes === undefined || mode === undefined)
    throw fail('number-encoding', `${shown} has a size or mode that is not written in octal digits`);
  if (type === '5' && bytes > 0) throw fail('folder-with-content', `${shown} is a folder and has content`);
  return { type, name, bytes, isExecutable: (mode & 0o100) !== 0 };
}

function shownName(name: Buffer): string {
  return JSON.stringify(name.toString('latin1').slice(0, 120)).slice(1, -1);
}

/** The bytes up to the first NUL. What stands behind it is shown by some readers and not by others. */
function textIn(field: Buffer, fail: FailTarball): Buffer {
  const end = field.indexOf(0);
  if (end === -1) return field;
  if (!isEmptyBlock(field.subarray(end)))
    throw fail(
      'bytes-after-name',
      `the entry "${shownName(field.subarray(0, end))}" has bytes behind the end of a name`,
    );
  return field.subarray(0, end);
}

/** A number in octal digits; undefined for anything else, such as the binary form of GNU tar, which no module needs. */
function octal(field: Buffer): number | undefined {
  const [, digits] = /^ *([0-7]*)[ \0]*$/.exec(field.toString('latin1')) ?? [];
  if (digits === undefined) return undefined;
  return digits === '' ? 0 : parseInt(digits, 8);
}

/** The sum of all bytes, those of the checksum counted as blanks. */
function checksumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (const [at, byte] of block.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum;
}
