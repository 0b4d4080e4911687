import { gzipSync } from 'node:zlib';

/** One entry of a tarball, as wrong as it is wanted. */
export interface TarEntry {
  readonly name: string | Buffer;
  /** The sign of its type; default `0`, a file. */
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly mode?: number;
  readonly link?: string;
  /** In the place of the length of the content. */
  readonly size?: number;
  /** Bytes of the header that are written over, before the checksum is made. */
  readonly patch?: readonly (readonly [at: number, bytes: Buffer])[];
  /** In the place of the right checksum. */
  readonly checksum?: number;
}

const BLOCK = 512;

/** The bytes of an entry: its header, and its content in whole blocks. */
export function tarEntry(entry: TarEntry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const header = Buffer.alloc(BLOCK);
  Buffer.from(entry.name).copy(header, 0, 0, 100);
  header.write(octal(entry.mode ?? 0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(entry.size ?? content.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(entry.type ?? '0', 156, 'latin1');
  header.write(entry.link ?? '', 157);
  header.write('ustar\u000000', 257, 'latin1');
  for (const [at, bytes] of entry.patch ?? []) bytes.copy(header, at);
  header.fill(' ', 148, 156);
  const sum = entry.checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`;
}

/** The two blocks that end a tarball. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** A pax header: what it says about the entry behind it. */
export function paxHeader(records: Readonly<Record<string, string>>, type = 'x'): TarEntry {
  const content = Object.entries(records)
    .map(([key, value]) => paxRecord(`${key}=${value}`))
    .join('');
  return { name: 'PaxHeader/x', type, content };
}

/** A record of a pax header with its length, which counts itself. */
export function paxRecord(text: string): string {
  const rest = Buffer.byteLength(text) + 2;
  let length = rest + String(rest).length;
  if (length !== rest + String(length).length) length = rest + String(length).length;
  return `${length} ${text}\n`;
}

/** A whole tarball, packed. */
export function tarball(entries: readonly TarEntry[], end: Buffer = TAR_END): Buffer {
  return gzipSync(Buffer.concat([...entries.map(tarEntry), end]));
}

/** The files of a module that can be installed, below `package/`. */
export function moduleEntries(
  files: Readonly<Record<string, string>> = {},
  { name = 'greet', version = '1.0.0' } = {},
): readonly TarEntry[] {
  const all = {
    'package.json': JSON.stringify({ name, version }),
    'phlow.yaml': `name: ${name.slice(name.indexOf('/') + 1)}\nversion: ${version}\n`,
    'index.js': 'module.exports = ({ input }) => `Hello, ${input.name}`;\n',
    ...files,
  };
  return Object.entries(all).map(([path, content]) => ({ name: `package/${path}`, content }));
}
