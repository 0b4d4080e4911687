import { gunzipSync, gzipSync } from 'node:zlib';
import type { TarballRule } from '../../src/packages/tarball-error.js';
import {
  moduleEntries,
  paxHeader,
  paxRecord,
  TAR_END,
  tarball,
  tarEntry,
  type TarEntry,
} from '../support/tar-writer.js';

/** A tarball that is not to be installed, and why. */
export interface HostileTarball {
  readonly about: string;
  readonly code: string;
  readonly rule: TarballRule;
  /** Made when it is used: some are large. */
  readonly bytes: () => Buffer;
}

const MIB = 1_048_576;

/** A good module with something more. */
function withMore(...more: readonly TarEntry[]): () => Buffer {
  return () => tarball([...moduleEntries(), ...more]);
}

const file = (name: string | Buffer, more: Partial<TarEntry> = {}): TarEntry => ({
  name,
  content: 'evil',
  ...more,
});

const ENTRY = 'PHLOW_TARBALL_ENTRY';
const NAME = 'PHLOW_TARBALL_NAME';
const CLASH = 'PHLOW_TARBALL_CLASH';
const AMBIGUOUS = 'PHLOW_TARBALL_AMBIGUOUS';
const LARGE = 'PHLOW_TARBALL_TOO_LARGE';
const UNREADABLE = 'PHLOW_TARBALL_UNREADABLE';

function row(code: string, rule: TarballRule, about: string, bytes: () => Buffer): HostileTarball {
  return { code, rule, about, bytes };
}

const LONG = `package/${'d'.repeat(90)}/${'f'.repeat(90)}.js`;

/** Zeros that unpack a thousand times. */
function bomb(mebibytes: number): Buffer {
  return Buffer.alloc(mebibytes * MIB);
}

const GOOD = (): Buffer => tarball(moduleEntries());

/** Every kind of tarball that is refused. */
export const HOSTILE: readonly HostileTarball[] = [
  // Names that lead elsewhere.
  row(NAME, 'dot-dot', 'a path that leads out', withMore(file('package/../../outside.txt'))),
  row(NAME, 'dot-dot', 'a path that leads out at its end', withMore(file('package/lib/..'))),
  row(NAME, 'dot-dot', 'a path that begins with ..', withMore(file('../outside.txt'))),
  row(NAME, 'absolute-path', 'an absolute path', withMore(file('/tmp/outside.txt'))),
  row(NAME, 'absolute-path', 'two slashes at the beginning', withMore(file('//host/share/x'))),
  row(NAME, 'drive-letter', 'the letter of a drive', withMore(file('C:/outside.txt'))),
  row(NAME, 'drive-letter', 'the letter of a drive without a slash', withMore(file('c:outside.txt'))),
  row(NAME, 'backslash', 'backslashes', withMore(file('package\\..\\outside.txt'))),
  row(NAME, 'dot-name', 'a name that is a dot', withMore(file('package/./index.mjs'))),
  row(NAME, 'empty-name', 'an empty name', withMore(file('package//index.mjs'))),
  row(NAME, 'empty-name', 'no name at all', withMore(file(''))),
  row(NAME, 'control-character', 'a line break', withMore(file('package/a\nb.js'))),
  row(NAME, 'control-character', 'an escape sequence', withMore(file('package/\u001b[2Jx.js'))),
  row(NAME, 'hidden-character', 'letters that are turned around', withMore(file('package/\u202esj.exe'))),
  row(NAME, 'hidden-character', 'a letter that is not seen', withMore(file('package/in\u200bdex.js'))),
  row(NAME, 'not-utf8', 'a name that is not UTF-8', withMore(file(Buffer.from('package/\xff.js', 'latin1')))),
  row(NAME, 'bytes-after-name', 'bytes behind the end of a name', withMore(file('package/a.js\0/../../x'))),
  row(NAME, 'reserved-name', 'a device of Windows', withMore(file('package/nul'))),
  row(NAME, 'reserved-name', 'a device of Windows with an ending', withMore(file('package/COM1.txt'))),
  row(NAME, 'reserved-name', 'a device of Windows as a folder', withMore(file('package/Aux/x.js'))),
  row(NAME, 'trailing-dot', 'a dot at the end', withMore(file('package/index.js.'))),
  row(NAME, 'trailing-dot', 'a blank at the end', withMore(file('package/lib /x.js'))),
  row(NAME, 'windows-character', 'a second stream of a file', withMore(file('package/index.js:hidden'))),
  row(NAME, 'git-folder', 'a git repository', withMore(file('package/lib/.git/config'))),
  row(
    NAME,
    'git-folder',
    'a git repository in other letters',
    withMore(file('package/.GIT/hooks/post-checkout')),
  ),
  // What is neither a file nor a folder.
  row(
    ENTRY,
    'symbolic-link',
    'a symbolic link out',
    withMore({ name: 'package/link', type: '2', link: '/etc/passwd' }),
  ),
  row(
    ENTRY,
    'symbolic-link',
    'a symbolic link inside',
    withMore({ name: 'package/link', type: '2', link: 'index.js' }),
  ),
  row(
    ENTRY,
    'symbolic-link',
    'a folder that is a link, and a file through it',
    withMore({ name: 'package/lib', type: '2', link: '/tmp' }, file('package/lib/outside.txt')),
  ),
  row(
    ENTRY,
    'symbolic-link',
    'the long target of a link',
    withMore({ name: '././@LongLink', type: 'K', content: '/etc/passwd\0' }),
  ),
  row(ENTRY, 'hard-link', 'a hard link', withMore({ name: 'package/hard', type: '1', link: '/etc/passwd' })),
  row(ENTRY, 'device', 'a character device', withMore({ name: 'package/tty', type: '3' })),
  row(ENTRY, 'device', 'a block device', withMore({ name: 'package/disk', type: '4' })),
  row(ENTRY, 'fifo', 'a named pipe', withMore({ name: 'package/pipe', type: '6' })),
  row(ENTRY, 'unsupported-type', 'a sparse file of GNU tar', withMore({ name: 'package/sparse', type: 'S' })),
  row(ENTRY, 'unsupported-type', 'a contiguous file', withMore(file('package/x', { type: '7' }))),
  row(ENTRY, 'unsupported-type', 'a type that nobody knows', withMore(file('package/x', { type: 'Z' }))),
  row(
    ENTRY,
    'link-target',
    'a file with the target of a link',
    withMore(file('package/x', { link: '/etc/passwd' })),
  ),
  row(ENTRY, 'folder-with-content', 'a folder with content', withMore(file('package/lib/', { type: '5' }))),
  // Names that stand for two things.
  row(CLASH, 'duplicate', 'two files of one name', withMore(file('package/index.js'))),
  row(CLASH, 'duplicate', 'two manifests of one name', withMore(file('package/phlow.yaml'))),
  row(CLASH, 'two-manifests', 'two manifests', withMore(file('package/phlow.yml'))),
  row(CLASH, 'case-clash', 'two manifests in other letters', withMore(file('package/Phlow.yaml'))),
  row(CLASH, 'case-clash', 'two names in other letters', withMore(file('package/INDEX.js'))),
  row(
    CLASH,
    'case-clash',
    'two folders in other letters',
    withMore(file('package/lib/a.js'), file('package/Lib/b.js')),
  ),
  row(
    CLASH,
    'unicode-clash',
    'one name composed and decomposed',
    withMore(file('package/\u00e9.js'), file('package/e\u0301.js')),
  ),
  row(
    CLASH,
    'unicode-clash',
    'letters that are folded',
    withMore(file('package/\ufb01le.js'), file('package/file.js')),
  ),
  row(
    CLASH,
    'file-and-folder',
    'a file that is a folder, too',
    withMore(file('package/lib'), file('package/lib/a.js')),
  ),
  row(
    CLASH,
    'file-and-folder',
    'a folder that becomes a file',
    withMore(file('package/lib/a.js'), file('package/lib')),
  ),
  row(CLASH, 'file-and-folder', 'a file that is named like a folder', withMore(file('package/lib/'))),
  row(CLASH, 'two-top-folders', 'two folders at the top', withMore(file('other/x.js'))),
  row(CLASH, 'no-top-folder', 'a file outside of a folder', withMore(file('x.js'))),
  // What one reader takes for another thing than the next.
  row(
    AMBIGUOUS,
    'pax-name',
    'another name in a pax header',
    withMore(paxHeader({ path: 'package/b.js' }), file('package/a.js')),
  ),
  row(
    AMBIGUOUS,
    'pax-size',
    'another size in a pax header',
    withMore(paxHeader({ size: '0' }), file('package/a.js')),
  ),
  row(
    AMBIGUOUS,
    'pax-key',
    'the target of a link in a pax header',
    withMore(paxHeader({ linkpath: '/etc' }), file('package/a.js')),
  ),
  row(
    AMBIGUOUS,
    'pax-key',
    'a type in a pax header',
    withMore(paxHeader({ type: 'SymbolicLink' }), file('package/a.js')),
  ),
  row(
    AMBIGUOUS,
    'pax-key',
    'a sparse file in a pax header',
    withMore(paxHeader({ 'GNU.sparse.name': 'x' }), file('package/a.js')),
  ),
  row(
    AMBIGUOUS,
    'pax-key',
    'a name for all entries',
    withMore(paxHeader({ path: 'package/b.js' }, 'g'), file('package/a.js')),
  ),
  row(
    AMBIGUOUS,
    'pax-record',
    'a pax record of another length',
    withMore({ name: 'x', type: 'x', content: '99 path=a\n' }, file('package/a.js')),
  ),
  row(
    AMBIGUOUS,
    'pax-record',
    'a pax record in another',
    withMore(
      { name: 'x', type: 'x', content: paxRecord('comment=a\n30 path=package/../../x') },
      file('package/a.js'),
    ),
  ),
  row(
    AMBIGUOUS,
    'pax-record',
    'two names in one pax header',
    withMore(
      { name: 'x', type: 'x', content: paxRecord('path=package/a.js') + paxRecord('path=package/b.js') },
      file('package/a.js'),
    ),
  ),
  row(
    NAME,
    'dot-dot',
    'a path that leads out in a pax header',
    withMore(paxHeader({ path: `${LONG}/../../../../x` }), file(LONG.slice(0, 100))),
  ),
  row(
    AMBIGUOUS,
    'gnu-name',
    'another name in a header of GNU tar',
    withMore({ name: '././@LongLink', type: 'L', content: 'package/b.js\0' }, file('package/a.js')),
  ),
  row(
    AMBIGUOUS,
    'named-twice',
    'a pax header and one of GNU tar',
    withMore(
      paxHeader({ mtime: '1' }),
      { name: '././@LongLink', type: 'L', content: 'package/a.js\0' },
      file('package/a.js'),
    ),
  ),
  row(
    AMBIGUOUS,
    'named-twice',
    'two pax headers',
    withMore(paxHeader({ mtime: '1' }), paxHeader({ mtime: '2' }), file('package/a.js')),
  ),
  // More than is read.
  row(LARGE, 'too-many-entries', 'a hundred thousand files', () =>
    tarball([...moduleEntries(), ...Array.from({ length: 100_000 }, (_, i) => ({ name: `package/f${i}` }))]),
  ),
  row(LARGE, 'too-many-entries', 'a hundred thousand folders', () =>
    tarball([
      ...moduleEntries(),
      ...Array.from({ length: 100_000 }, (_, i) => ({ name: `package/f${i}/`, type: '5' })),
    ]),
  ),
  row(
    LARGE,
    'compression-ratio',
    'a file of zeros',
    withMoreOf(() => file('package/zeros', { content: bomb(16) })),
  ),
  row(
    LARGE,
    'compression-ratio',
    'a giant that is not there',
    withMoreOf(() => file('package/zeros', { size: 20_000_000, content: bomb(16) })),
  ),
  row(
    LARGE,
    'file-too-large',
    'a file that says to be giant',
    withMore(file('package/zeros', { size: 8_000_000_000 })),
  ),
  row(
    LARGE,
    'file-too-large',
    'one giant file',
    withMoreOf(() => file('package/x', { content: mixed(33) })),
  ),
  row(LARGE, 'too-large', 'many large files', () =>
    tarball([
      ...moduleEntries(),
      ...Array.from({ length: 5 }, (_, i) => file(`package/x${i}`, { content: mixed(30) })),
    ]),
  ),
  row(
    LARGE,
    'meta-too-large',
    'a giant pax header',
    withMoreOf(() => ({ name: 'x', type: 'x', content: Buffer.alloc(MIB, 'a') })),
  ),
  row(
    LARGE,
    'path-too-long',
    'a long path',
    withMore(paxHeader({ path: `package/${'x/'.repeat(300)}a` }), file(`package/${'x/'.repeat(46)}`)),
  ),
  row(
    LARGE,
    'path-too-long',
    'a long name',
    withMore(paxHeader({ path: `package/${'x'.repeat(250)}` }), file(`package/${'x'.repeat(92)}`)),
  ),
  row(LARGE, 'too-deep', 'folders forty deep', withMore(file(`package/${'x/'.repeat(40)}a`))),
  // No tarball, or not all of one.
  row(UNREADABLE, 'not-gzip', 'no gzip file', () => Buffer.from('PK\u0003\u0004 this is a zip file')),
  row(UNREADABLE, 'not-gzip', 'an empty file', () => Buffer.alloc(0)),
  row(UNREADABLE, 'not-gzip', 'a tar that is not packed', () =>
    Buffer.concat([...moduleEntries().map(tarEntry), TAR_END]),
  ),
  row(UNREADABLE, 'checksum', 'gzip of something else', () => gzipSync(Buffer.alloc(2_000, 'garbage '))),
  row(UNREADABLE, 'truncated', 'gzip of a few bytes', () => gzipSync('garbage')),
  row(UNREADABLE, 'empty', 'gzip of nothing', () => gzipSync('')),
  row(UNREADABLE, 'empty', 'a tar without entries', () => tarball([])),
  row(UNREADABLE, 'empty', 'a tar of folders', () => tarball([{ name: 'package/', type: '5' }])),
  row(UNREADABLE, 'checksum', 'gzip of gzip', () => gzipSync(Buffer.concat([GOOD(), TAR_END]))),
  row(UNREADABLE, 'checksum', 'a wrong checksum', withMore(file('package/x', { checksum: 1 }))),
  row(
    UNREADABLE,
    'not-ustar',
    'a tar of the seventies',
    withMore(file('package/x', { patch: [[257, Buffer.alloc(8)]] })),
  ),
  row(
    UNREADABLE,
    'number-encoding',
    'a size in binary',
    withMore(file('package/x', { patch: [[124, Buffer.from('8000000000000000000000ff', 'hex')]] })),
  ),
  row(
    UNREADABLE,
    'number-encoding',
    'a size that is no number',
    withMore(file('package/x', { patch: [[124, Buffer.from('0x000000004')]] })),
  ),
  row(UNREADABLE, 'data-after-end', 'an entry behind the end', () =>
    gzipSync(
      Buffer.concat([...moduleEntries().map(tarEntry), TAR_END, tarEntry(file('package/late.js')), TAR_END]),
    ),
  ),
  row(UNREADABLE, 'data-after-end', 'an entry behind one block of nothing', () =>
    gzipSync(
      Buffer.concat([
        ...moduleEntries().map(tarEntry),
        Buffer.alloc(512),
        tarEntry(file('package/late.js')),
        TAR_END,
      ]),
    ),
  ),
  row(UNREADABLE, 'data-after-end', 'a second tarball behind the first', () =>
    Buffer.concat([GOOD(), GOOD()]),
  ),
  row(UNREADABLE, 'truncated', 'a tar without its end', () => tarball(moduleEntries(), Buffer.alloc(0))),
  row(UNREADABLE, 'truncated', 'a file that says to be longer', () =>
    tarball([...moduleEntries(), file('package/x', { size: 9_000 })]),
  ),
  row(UNREADABLE, 'truncated', 'a pax header without its entry', () =>
    tarball([...moduleEntries(), paxHeader({ mtime: '1' })]),
  ),
  row(UNREADABLE, 'data-after-end', 'a second file behind zeros, which some readers skip', () =>
    Buffer.concat([GOOD(), Buffer.alloc(8), GOOD()]),
  ),
  row(UNREADABLE, 'corrupt', 'bytes that were turned over', () => {
    const bytes = GOOD();
    bytes.fill(0xff, 30, 60);
    return bytes;
  }),
  row(UNREADABLE, 'corrupt', 'another sum at its end', () => {
    const bytes = GOOD();
    bytes.writeUInt32LE(1, bytes.length - 8);
    return bytes;
  }),
  row(UNREADABLE, 'data-after-end', 'garbage behind its end', () =>
    Buffer.concat([GOOD(), Buffer.from('garbage')]),
  ),
  row(
    UNREADABLE,
    'data-after-end',
    'a tarball in two gzip files, of which some readers see the first only',
    () => {
      const tar = gunzipSync(GOOD());
      return Buffer.concat([gzipSync(tar.subarray(0, 1_024)), gzipSync(tar.subarray(1_024))]);
    },
  ),
  row(UNREADABLE, 'data-after-end', 'a gzip file of nothing before the tarball', () =>
    Buffer.concat([gzipSync(''), GOOD()]),
  ),
  row(UNREADABLE, 'data-after-end', 'a gzip file of nothing behind the tarball', () =>
    Buffer.concat([GOOD(), gzipSync('')]),
  ),
  row(UNREADABLE, 'corrupt', 'another length at its end', () => {
    const bytes = GOOD();
    bytes.writeUInt32LE(1, bytes.length - 4);
    return bytes;
  }),
  row(UNREADABLE, 'corrupt', 'a header with flags that nobody knows', () => {
    const bytes = GOOD();
    bytes[3] = 0x20;
    return bytes;
  }),
];

function withMoreOf(make: () => TarEntry): () => Buffer {
  return () => tarball([...moduleEntries(), make()]);
}

/** Bytes of which one in sixty-four does not pack: too few to be taken for a bomb. */
function mixed(mebibytes: number): Buffer {
  const bytes = Buffer.alloc(mebibytes * MIB);
  let state = 1;
  for (let at = 0; at < bytes.length; at += at % 65_536 === 1_020 ? 64_516 : 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}
