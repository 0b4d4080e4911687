import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, type BigIntStats, type Dirent } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { errorCode } from '../errors.js';
import { SKIPPED_FOLDERS } from './files-below.js';

/** How often files are looked at, in milliseconds. Looking works on every file system, unlike the notices of some. */
const EVERY_MS = 200;

/** The clocks of file systems tick at least this often, in nanoseconds: a file that was read sooner after its last change may have changed since within the same tick. */
const TICK_NS = 2_000_000_000n;

/** More of a file than this many bytes is not read; its times and its size stand for it. */
const MAX_CONTENT_BYTES = 1_048_576;

/** What modules and flows are written in. Of the other files below a folder those count that the code imports: what a module writes beside its code is no change of it. */
const CODE_EXTENSIONS = new Set(
  'js mjs cjs jsx ts mts cts tsx wasm node yaml yml phlow phs'.split(' ').map((name) => `.${name}`),
);

/** The end of a path that code takes in: `from './x.json'`, `import './x.json'`, `require('./x.json')`. */
const IMPORTED = /\b(?:from|import|require)\s*\(?\s*['"](?:[^'"\n]*\/)?([^'"/\n]+)['"]/g;

/** The state of files and of the code below folders. Two states are the same when nothing was written, added or removed. */
export type FilesState = string;

/** Looks at files and folders. What cannot be looked at has a state too, which changes once it can. */
export function stateOf(paths: readonly string[]): FilesState {
  return [...new Set(paths)]
    .flatMap((path) => (isFolder(path) ? statesBelow(path) : [fileState(path).text]))
    .join('\n');
}

/** Resolves with true as soon as the paths are in another state, with false when the signal aborts. */
export async function hasChanged(
  paths: readonly string[],
  since: FilesState,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    if (stateOf(paths) !== since) return true;
    try {
      await setTimeout(EVERY_MS, undefined, { signal });
    } catch {
      // The pause ends early for one reason only: the signal.
      break;
    }
  }
  return false;
}

/** The states of the code below a folder and of what it imports, in the order of their paths. Links to folders are not followed. */
function statesBelow(folder: string): readonly string[] {
  const code: FileState[] = [];
  const others: string[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const entries = entriesOf(at);
    if (typeof entries === 'string') {
      code.push({ text: `${at} ${entries}`, imported: [] });
      continue;
    }
    for (const entry of entries) {
      const path = join(at, entry.name);
      // Hidden files and folders are those of editors and tools.
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.includes(entry.name)) folders.push(path);
      } else if (CODE_EXTENSIONS.has(extname(path)) || entry.name === 'package.json')
        code.push(fileState(path));
      else others.push(path);
    }
  }
  const imported = new Set(code.flatMap((file) => file.imported));
  const data = others.filter((path) => imported.has(basename(path))).map((path) => fileState(path).text);
  return [...code.map(({ text }) => text), ...data].sort();
}

function entriesOf(folder: string): readonly Dirent[] | string {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return errorCode(error);
  }
}

interface FileState {
  readonly text: string;
  /** The last parts of the paths that it imports, as far as they are written out. */
  readonly imported: readonly string[];
}

/** What was read of a file, and the look that it belongs to. */
interface ReadFile {
  readonly look: string;
  /** False while a change within the same tick of the clock would not be seen. */
  readonly isSettled: boolean;
  readonly state: FileState;
}

const known = new Map<string, ReadFile>();

/** Reads a file only where its times and its size do not say that it is the one which was read before. */
function fileState(path: string): FileState {
  const found = lookAt(path);
  if (typeof found === 'string' || !found.isFile()) {
    known.delete(path);
    return { text: `${path} ${typeof found === 'string' ? found : 'no file'}`, imported: [] };
  }
  // The time of an inode's last change cannot be set back, unlike that of the last write.
  const { mtimeNs, ctimeNs, size, ino } = found;
  const look = `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
  const before = known.get(path);
  if (before?.look === look && before.isSettled) return before.state;
  const isSettled = BigInt(Date.now()) * 1_000_000n - ctimeNs > TICK_NS;
  const state = size > MAX_CONTENT_BYTES ? { text: `${path} ${look}`, imported: [] } : read(path, mtimeNs);
  known.set(path, { look, isSettled, state });
  return state;
}

function read(path: string, mtimeNs: bigint): FileState {
  try {
    const content = readFileSync(path);
    const imported = [...content.toString().matchAll(IMPORTED)].flatMap(([, name]) => name ?? []);
    return { text: `${path} ${mtimeNs} ${createHash('sha1').update(content).digest('hex')}`, imported };
  } catch (error) {
    return { text: `${path} ${errorCode(error)}`, imported: [] };
  }
}

/** What is known of a path, or the code of the error that looking at it ended with: ENOENT, ELOOP, EACCES. */
function lookAt(path: string): BigIntStats | string {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    return errorCode(error);
  }
}

function isFolder(path: string): boolean {
  const found = lookAt(path);
  return typeof found !== 'string' && found.isDirectory();
}
