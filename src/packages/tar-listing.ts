import { visibleLine } from '../visible-text.js';
import { EntryNames, pathProblem } from './entry-names.js';
import { agrees, readPax } from './pax-record.js';
import type { FailTarball } from './tarball-error.js';
import { BLOCK_BYTES, isEmptyBlock, readTarHeader, type TarHeader } from './tar-header.js';

/** How much of a package is read. A folder with more could not be locked, and no module needs it. */
export interface TarballLimits {
  readonly entries: number;
  readonly fileBytes: number;
  readonly metaBytes: number;
}

/** One entry of a tarball that is fit to be unpacked. */
export interface ListedEntry {
  readonly kind: 'file' | 'folder';
  /** With `/`, and without one at its end. */
  readonly path: string;
  readonly bytes: number;
  readonly isExecutable: boolean;
}

/** What the headers before an entry said about it. */
interface Said {
  readonly by: 'pax' | 'gnu';
  readonly path: string | undefined;
  readonly bytes: number | undefined;
}

/**
 * Lists the entries of a tarball while its bytes come, and throws at the first thing that is not to be unpacked: nothing behind it is looked at.
 */
export class TarListing {
  readonly #fail: FailTarball;
  readonly #limits: TarballLimits;
  readonly #names = new EntryNames();
  readonly #entries: ListedEntry[] = [];
  readonly #block = Buffer.alloc(BLOCK_BYTES);
  #blockLength = 0;
  /** What is left of an entry's content, up to the next block. */
  #left = 0;
  #meta: { readonly header: TarHeader; readonly chunks: Buffer[] } | undefined;
  #said: Said | undefined;
  #blocksOfNothing = 0;
  #headers = 0;

  constructor(fail: FailTarball, limits: TarballLimits) {
    this.#fail = fail;
    this.#limits = limits;
  }

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const room = this.#left > 0 ? this.#left : BLOCK_BYTES - this.#blockLength;
      const part = chunk.subarray(at, at + room);
      at += part.length;
      if (this.#left > 0) this.#content(part);
      else {
        part.copy(this.#block, this.#blockLength);
        this.#blockLength = (this.#blockLength + part.length) % BLOCK_BYTES;
        if (this.#blockLength === 0) this.#header(this.#block);
      }
    }
  }

  /** All entries, in their order. Throws for a tarball that stops before its end. */
  end(): readonly ListedEntry[] {
    const isNothing = this.#headers + this.#blocksOfNothing + this.#blockLength === 0;
    if (isNothing) throw this.#fail('empty', 'it holds nothing');
    const isWhole = this.#left === 0 && this.#blockLength === 0 && this.#said === undefined;
    if (!isWhole || this.#blocksOfNothing < 2)
      throw this.#fail('truncated', 'it stops before its end; get it again');
    if (this.#entries.every(({ kind }) => kind === 'folder')) throw this.#fail('empty', 'it holds no file');
    return this.#entries;
  }

  #content(part: Buffer): void {
    this.#left -= part.length;
    if (this.#meta === undefined) return;
    this.#meta.chunks.push(Buffer.from(part));
    if (this.#left > 0) return;
    const { header, chunks } = this.#meta;
    this.#meta = undefined;
    this.#readMeta(header, Buffer.concat(chunks).subarray(0, header.bytes));
  }

  #header(block: Buffer): void {
    if (isEmptyBlock(block)) {
      this.#blocksOfNothing++;
      return;
    }
    if (this.#blocksOfNothing > 0)
      throw this.#fail('data-after-end', 'something follows its end, which some readers would take in');
    if (++this.#headers > 2 * this.#limits.entries) throw this.#tooMany();
    const header = readTarHeader(block, this.#fail);
    this.#left = BLOCK_BYTES * Math.ceil(header.bytes / BLOCK_BYTES);
    if (header.type === 'x' || header.type === 'g' || header.type === 'L') this.#beginMeta(header);
    else this.#entry(header);
  }

  #beginMeta(header: TarHeader): void {
    const { metaBytes } = this.#limits;
    if (header.bytes > metaBytes)
      throw this.#fail('meta-too-large', `a header before an entry has more than ${metaBytes} bytes`);
    if (this.#said !== undefined)
      throw this.#fail(
        'named-twice',
        'two headers before one entry speak of the same, and readers differ on which counts',
      );
    if (header.bytes === 0) this.#readMeta(header, Buffer.alloc(0));
    else this.#meta = { header, chunks: [] };
  }

  #readMeta({ type }: TarHeader, content: Buffer): void {
    if (type === 'L') {
      const end = content.indexOf(0);
      const path = this.#text(end === -1 ? content : content.subarray(0, end));
      this.#said = { by: 'gnu', path, bytes: undefined };
      return;
    }
    const records = readPax(content, this.#fail);
    const [path, size] = [records.get('path'), records.get('size')];
    if (type === 'g') {
      if (path !== undefined || size !== undefined)
        throw this.#fail('pax-key', 'a header for all entries names one of them');
      return;
    }
    if (size !== undefined && !/^\d{1,15}$/.test(size))
      throw this.#fail('pax-record', 'a header before an entry has a size that is no number');
    this.#said = { by: 'pax', path, bytes: size === undefined ? undefined : Number(size) };
  }

  #entry(header: TarHeader): void {
    if (this.#entries.length >= this.#limits.entries) throw this.#tooMany();
    const said = this.#said;
    this.#said = undefined;
    const named = this.#nameOf(header, said);
    const kind = header.type === '5' ? 'folder' : 'file';
    const shown = visibleLine(named);
    if (said?.bytes !== undefined && said.bytes !== header.bytes)
      throw this.#fail('pax-size', `two headers of the entry "${shown}" give it different sizes`);
    if (kind === 'file' && named.endsWith('/'))
      throw this.#fail('file-and-folder', `the entry "${shown}" is a file and is named like a folder`);
    const path = kind === 'folder' && named.endsWith('/') ? named.slice(0, -1) : named;
    const problem = pathProblem(path) ?? this.#names.add(path, kind);
    if (problem !== undefined) throw this.#fail(problem.rule, problem.what);
    const { fileBytes } = this.#limits;
    if (header.bytes > fileBytes)
      throw this.#fail('file-too-large', `the entry "${shown}" has more than ${fileBytes / 1_048_576} MiB`);
    this.#entries.push({ kind, path, bytes: header.bytes, isExecutable: header.isExecutable });
  }

  /** The name that counts. A header before the entry may give one that the entry's own has no room for, and no other. */
  #nameOf({ name }: TarHeader, said: Said | undefined): string {
    if (said?.path === undefined) return this.#text(name);
    if (agrees(name, said.path)) return said.path;
    const what = `the entry "${visibleLine(said.path)}" is called "${visibleLine(name.toString('latin1'))}" by readers that do not know ${said.by === 'pax' ? 'pax headers' : 'the long names of GNU tar'}`;
    throw this.#fail(said.by === 'pax' ? 'pax-name' : 'gnu-name', what);
  }

  #text(bytes: Buffer): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw this.#fail('not-utf8', 'the name of an entry is not UTF-8', error);
    }
  }

  #tooMany(): Error {
    return this.#fail('too-many-entries', `it has more than ${this.#limits.entries} files and folders`);
  }
}
