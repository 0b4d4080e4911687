import type { FileDetails, Files, TreeEntry } from '../../../src/sdk/index.js';
import type { ValueMap } from '../../../src/values.js';
import { toBase64 } from '../../../src/wire/base64.js';
import { booleanOf, type FsInput, grantedPath } from './input.js';
import { errnoOf, Refusal } from './reply.js';

/** An entry of a folder in an answer. */
export interface Item extends ValueMap {
  readonly name: string;
  /** The path that was asked for, with the entry's name. */
  readonly path: string;
  /** Whatever is no folder counts as a file; only regular ones have a size. */
  readonly type: 'file' | 'dir';
  readonly size: number | null;
  /** Seconds since 1970. */
  readonly modified: number;
}

/** Reads a file as text, or as base64 where it is no UTF-8, or lists a folder. */
export async function read(files: Files, path: string, input: FsInput): Promise<ValueMap> {
  const granted = grantedPath(path);
  const { kind, modifiedMs } = await detailsOf(files, path, granted);
  if (kind !== 'file')
    return { kind: 'dir', path, items: await itemsOf(files, path, booleanOf(input.recursive, false)) };
  const bytes = await files.readBytes(granted, { followLinks: true });
  const shared = { size: bytes.length, modified: seconds(modifiedMs) };
  const text = utf8Of(bytes);
  return text === undefined
    ? { kind: 'file', path, encoding: 'base64', content_base64: toBase64(bytes), ...shared }
    : { kind: 'file', path, encoding: 'utf8', content: text, ...shared };
}

/** The entries of a folder, in the order of their names, each folder right before what is in it. */
export async function itemsOf(files: Files, path: string, recursive: boolean): Promise<readonly Item[]> {
  const entries = await files.tree(grantedPath(path), { recursive });
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
  return entries.map((entry) => itemOf(entry, prefix));
}

/** One entry as an item; `prefix` is what its path begins with. */
export function itemOf(entry: TreeEntry, prefix: string): Item {
  return {
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: prefix + entry.path,
    type: entry.kind === 'folder' ? 'dir' : 'file',
    size: entry.kind === 'file' ? entry.bytes : null,
    modified: seconds(entry.modifiedMs),
  };
}

async function detailsOf(files: Files, path: string, granted: string): Promise<FileDetails> {
  if (path === '') throw new Refusal('path not found: ');
  const details = await files.details(granted).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  });
  // A link that is left leads nowhere.
  if (details === undefined || details.kind === 'link') throw new Refusal(`path not found: ${path}`);
  return details;
}

function seconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1_000));
}

function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
