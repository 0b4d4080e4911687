import { createHash } from 'node:crypto';
import { crc32, createInflateRaw } from 'node:zlib';
import { errorCode, messageOf } from '../errors.js';
import { tar } from '../tar-package.js';
import { visibleLine } from '../visible-text.js';
import { packedDataAt, TRAILER_LENGTH } from './gzip-header.js';
import { tarballErrors, type FailTarball } from './tarball-error.js';
import { TarListing, type ListedEntry, type TarballLimits } from './tar-listing.js';

/** A file of a package. */
export interface PackageFile {
  /** Below the folder of the package, with `/`. */
  readonly path: string;
  readonly content: Buffer;
  readonly isExecutable: boolean;
}

/** A tarball of which every entry is fit to be unpacked. */
export interface Tarball {
  /** `sha512-…` of its bytes, as npm writes it. */
  readonly integrity: string;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** In the order of the tarball. */
  readonly files: readonly PackageFile[];
}

/** What is read of a tarball. A package with more could not be locked, and no module needs it. */
export const TARBALL_LIMITS: Readonly<TarballLimits> & {
  readonly packedBytes: number;
  readonly unpackedBytes: number;
} = Object.freeze({
  packedBytes: 64 * 1_048_576,
  unpackedBytes: 128 * 1_048_576,
  entries: 20_000,
  fileBytes: 32 * 1_048_576,
  metaBytes: 65_536,
});

/** No honest package unpacks to more than 8 MiB and to more than 100 times its length. */
const MAX_RATIO = 100;
const MIN_SUSPICIOUS_BYTES = 8 * 1_048_576;

const CHUNK_BYTES = 65_536;

/** The `sha512-…` of bytes. */
export function integrityOf(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/**
 * Reads the tarball of a package, whose files lie in one folder at its top. Every entry is listed and held to the rules while it is unpacked, so
 * that a bomb is not unpacked to its end; then the tar package reads the same bytes, and has to find the same entries. Writes nothing.
 *
 * Rejects with PHLOW_TARBALL_UNREADABLE, PHLOW_TARBALL_TOO_LARGE, PHLOW_TARBALL_ENTRY, PHLOW_TARBALL_NAME, PHLOW_TARBALL_CLASH and
 * PHLOW_TARBALL_AMBIGUOUS; `details.rule` says which rule it was.
 *
 * @param shown what it is called in messages
 */
export async function readTarball(bytes: Buffer, shown: string, signal?: AbortSignal): Promise<Tarball> {
  const fail = tarballErrors(shown);
  const { chunks, entries } = await unpacked(bytes, fail, signal);
  const top = topFolder(entries, fail);
  assertOneManifest(entries, fail);
  const contents = secondReading(chunks, entries, fail);
  const files = entries.flatMap(({ kind, path, isExecutable }, at): readonly PackageFile[] =>
    kind === 'file'
      ? [{ path: path.slice(top.length + 1), content: contents[at] ?? Buffer.alloc(0), isExecutable }]
      : [],
  );
  return {
    integrity: integrityOf(bytes),
    packedBytes: bytes.length,
    unpackedBytes: files.reduce((sum, { content }) => sum + content.length, 0),
    files,
  };
}

interface Unpacked {
  readonly chunks: readonly Buffer[];
  readonly entries: readonly ListedEntry[];
}

async function unpacked(
  bytes: Buffer,
  fail: FailTarball,
  signal: AbortSignal | undefined,
): Promise<Unpacked> {
  const { packedBytes, unpackedBytes } = TARBALL_LIMITS;
  if (bytes.length > packedBytes) throw fail('too-large', `it has more than ${packedBytes / 1_048_576} MiB`);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b)
    throw fail('not-gzip', 'it is no gzip file, as the tarball of a package is');
  const damaged = (reason: string, cause?: unknown): Error =>
    fail('corrupt', `it is damaged: ${reason}; get it again`, cause);
  const truncated = (cause?: unknown): Error =>
    fail('truncated', 'it stops before its end; get it again', cause);
  const begin = packedDataAt(bytes);
  if (begin === 'truncated') throw truncated();
  if (begin === 'corrupt') throw damaged('its header is not that of a gzip file');
  const listing = new TarListing(fail, TARBALL_LIMITS);
  // Not createGunzip: it unpacks what several gzip files in a row hold as if it were one, and others read the first only.
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const chunks: Buffer[] = [];
  let total = 0;
  let check = 0;
  try {
    inflate.end(bytes.subarray(begin));
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      total += chunk.length;
      if (total > unpackedBytes)
        throw fail('too-large', `it unpacks to more than ${unpackedBytes / 1_048_576} MiB`);
      if (total > MIN_SUSPICIOUS_BYTES && total > bytes.length * MAX_RATIO)
        throw fail('compression-ratio', `it unpacks to more than ${MAX_RATIO} times its length`);
      check = crc32(chunk, check);
      listing.write(chunk);
      chunks.push(chunk);
    }
  } catch (error) {
    if (errorCode(error) === 'Z_BUF_ERROR') throw truncated(error);
    if (errorCode(error).startsWith('Z_')) throw damaged(messageOf(error), error);
    throw error;
  } finally {
    inflate.destroy();
  }
  const trailer = bytes.subarray(begin + inflate.bytesWritten);
  if (trailer.length < TRAILER_LENGTH) throw truncated();
  if (trailer.readUInt32LE(0) !== check || trailer.readUInt32LE(4) !== total)
    throw damaged('its checksum or length is another');
  // Whether that is another gzip file or anything else.
  if (trailer.length > TRAILER_LENGTH)
    throw fail('data-after-end', 'something follows its end, which some readers would take in');
  return { chunks, entries: listing.end() };
}

/** The name of the folder that everything lies in, `package` in what npm makes. */
function topFolder(entries: readonly ListedEntry[], fail: FailTarball): string {
  const loose = entries.find(({ kind, path }) => kind === 'file' && !path.includes('/'));
  if (loose !== undefined)
    throw fail(
      'no-top-folder',
      `"${visibleLine(loose.path)}" lies outside of a folder; a package has one folder at its top`,
    );
  const tops = [...new Set(entries.map(({ path }) => path.split('/', 1)[0] ?? ''))];
  const [top = '', other] = tops;
  if (other !== undefined)
    throw fail(
      'two-top-folders',
      `it has "${visibleLine(top)}" and "${visibleLine(other)}" at its top; a package has one folder there`,
    );
  return top;
}

function assertOneManifest(entries: readonly ListedEntry[], fail: FailTarball): void {
  const manifests = entries.filter(({ path }) => /^[^/]+\/phlow\.ya?ml$/i.test(path));
  const [first, second] = manifests.map(({ path }) => visibleLine(path));
  if (first === undefined || second === undefined) return;
  throw fail('two-manifests', `it has two manifests, "${first}" and "${second}"`);
}

/** The content of each entry as the tar package reads it, which has to find just what was listed. */
function secondReading(
  chunks: readonly Buffer[],
  entries: readonly ListedEntry[],
  fail: FailTarball,
): readonly Buffer[] {
  const { Parser } = tar();
  const contents: Buffer[] = [];
  const differs = (cause?: unknown): Error =>
    fail('readers-differ', 'two readers of tarballs find different things in it', cause);
  const problems: Error[] = [];
  const parser = new Parser({
    strict: true,
    maxMetaEntrySize: TARBALL_LIMITS.metaBytes,
    onReadEntry: (entry) => {
      const listed = entries[contents.length];
      const kind =
        entry.type === 'Directory'
          ? 'folder'
          : entry.type === 'File' || entry.type === 'OldFile'
            ? 'file'
            : entry.type;
      const path = kind === 'folder' ? entry.path.replace(/\/$/, '') : entry.path;
      if (listed?.path !== path || listed.kind !== kind || listed.bytes !== entry.size)
        problems.push(differs());
      const at = contents.push(Buffer.alloc(0)) - 1;
      const parts: Buffer[] = [];
      entry.on('data', (part) => parts.push(part));
      entry.on('end', () => {
        contents[at] = Buffer.concat(parts);
      });
    },
  });
  parser.on('ignoredEntry', () => problems.push(differs()));
  parser.on('error', (error: unknown) => problems.push(differs(error)));
  for (const chunk of chunks) {
    parser.write(chunk);
    if (problems.length > 0) break;
  }
  if (problems.length === 0) parser.end();
  const isSame =
    contents.length === entries.length && entries.every(({ bytes }, at) => contents[at]?.length === bytes);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  if (!isSame) throw differs();
  return contents;
}
