import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Module } from '../../src/index.js';
import { GUESTS, type Flood } from './flood.js';

const MIB = 1_048_576;
const FS = 'permissions:\n  fs: { read: ["$DATA"], write: ["$DATA"] }';
const NET = 'permissions:\n  net: { connect: ["127.0.0.1:9", "*.invalid:80"] }';
const GRANT = { fs: { read: { $DATA: '.' }, write: { $DATA: '.' } } };
const WATCH_MS = 12_000;

/** Asks 64 questions at a time for three seconds, and waits for what comes of them. */
const asks = (name: string, question: string, more: Partial<Flood> = {}): Flood => ({
  name,
  manifest: `limits: { reply: 16MiB, memory: 512MiB }\n${FS}`,
  levels: GUESTS,
  load: { grant: GRANT },
  source: `export default async (pkg, { fs, net }) => {
  const end = Date.now() + 3_000;
  let n = 0;
  while (Date.now() < end) await Promise.allSettled(Array.from({ length: 64 }, () => ${question}));
};`,
  watchMs: WATCH_MS,
  ...more,
});

/** Fills the folder that the flood was granted first; that is no flood. */
const inFolder = (flood: Flood, fill: (folder: string) => void): Flood => {
  let folder = '';
  return {
    ...flood,
    prepare: () => {
      folder = mkdtempSync(join(tmpdir(), 'phlow-flood-data-'));
      fill(folder);
      return { grant: { fs: { read: { $DATA: folder }, write: { $DATA: folder } } } };
    },
    drive: (module: Module) =>
      module.call({}, { timeoutMs: 20_000 }).finally(() => rmSync(folder, { recursive: true, force: true })),
  };
};

const manyFiles = (folder: string): void => {
  for (let i = 0; i < 5_000; i++) writeFileSync(join(folder, `file-${i}`), '');
};
const largeFile = (bytes: number, fill: string) => (folder: string) =>
  writeFileSync(join(folder, 'large'), Buffer.alloc(bytes, fill));

/** What a module has its host do, again and again. */
export const CAPABILITY_FLOODS: readonly Flood[] = [
  asks('files looked at without a pause', `fs.stat('$DATA/x')`),
  asks('details of files without a pause', `fs.details('$DATA/x')`),
  asks('refusals without a pause', `fs.stat('/etc/passwd')`),
  asks(
    'files replaced without a pause',
    `fs.replace('$DATA/x' + n++ % 4, new Uint8Array(8), { overwrite: true })`,
  ),
  asks('folders made without a pause', `fs.makeFolder('$DATA/f' + n++, { parents: true })`),
  inFolder(asks('lists of five thousand files', `fs.list('$DATA')`), manyFiles),
  inFolder(asks('trees of five thousand files', `fs.tree('$DATA')`), manyFiles),
  inFolder(
    asks('files of eleven megabytes as bytes', `fs.readBytes('$DATA/large')`),
    largeFile(11 * MIB, 'a'),
  ),
  inFolder(asks('files of eleven megabytes as text', `fs.readText('$DATA/large')`), largeFile(11 * MIB, 'a')),
  inFolder(
    asks('files as text that is escaped to twice its length', `fs.readText('$DATA/large')`),
    largeFile(7 * MIB, '"'),
  ),
  inFolder(
    asks('files as text that turns out too long once it is escaped', `fs.readText('$DATA/large')`),
    largeFile(15 * MIB, '\u0001'),
  ),
  inFolder(
    asks('files of sixteen megabytes that do not fit', `fs.readBytes('$DATA/large')`),
    largeFile(16 * MIB, 'a'),
  ),
  asks('connections that are refused', `net.fetch('http://127.0.0.1:9/')`, {
    manifest: NET,
    load: { grant: { net: { connect: ['127.0.0.1:9', '*.invalid:80'] } } },
  }),
  asks('names that nobody has', `net.fetch('http://n' + n++ + '.invalid/')`, {
    manifest: NET,
    load: { grant: { net: { connect: ['127.0.0.1:9', '*.invalid:80'] } } },
  }),
];
