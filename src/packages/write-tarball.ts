import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tar } from '../tar-package.js';
import { compareText } from '../values.js';
import type { PackageFile } from './read-tarball.js';
import { BLOCK_BYTES } from './tar-header.js';

/** The folder that the files of a package lie in, as npm calls it. */
const TOP = 'package';
/** The time that npm gives to every file of a package: one that old tools can write. */
const TIME = new Date('1985-10-26T08:15:00.000Z');
/** Where a gzip header names the system that wrote it, and what says that none is named. */
const SYSTEM_AT = 9;
const UNKNOWN_SYSTEM = 0xff;

/**
 * Writes the tarball of a package. The same files are the same bytes on every machine and at any time: sorted, of one time and no owner, with
 * modes 644 and 755. Only another zlib, of another version of Node, may compress differently.
 */
export async function writeTarball(files: readonly PackageFile[]): Promise<Buffer> {
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  const blocks = sorted.flatMap((file) => [...headersOf(file), ...contentOf(file)]);
  const packed = await promisify(gzip)(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]), {
    level: 9,
  });
  packed[SYSTEM_AT] = UNKNOWN_SYSTEM;
  return packed;
}

function headersOf({ path, content, isExecutable }: PackageFile): readonly Buffer[] {
  const { Header, Pax } = tar();
  const named = `${TOP}/${path}`;
  const mode = isExecutable ? 0o755 : 0o644;
  const header = new Header({
    path: named,
    mode,
    uid: 0,
    gid: 0,
    size: content.length,
    mtime: TIME,
    type: 'File',
  });
  const block = Buffer.alloc(BLOCK_BYTES);
  const isCut = header.encode(block);
  return isCut
    ? [new Pax({ path: named, mode: 0o644, mtime: TIME, uid: 0, gid: 0 }).encode(), block]
    : [block];
}

function contentOf({ content }: PackageFile): readonly Buffer[] {
  const rest = content.length % BLOCK_BYTES;
  return rest === 0 ? [content] : [content, Buffer.alloc(BLOCK_BYTES - rest)];
}
