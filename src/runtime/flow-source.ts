import { statSync } from 'node:fs';
import { dirname, extname, join, parse, resolve } from 'node:path';
import { PhlowError, isPhlowError } from '../errors.js';
import { readFlowFile, type FlowOrigin } from '../flow/load-flow.js';
import { DISK, DISK_AND_PIPES, filesWithin, type FlowFiles } from '../flow/source/flow-files.js';
import { FOLDER_FLOWS } from '../host/load/package-folder.js';
import { packageOf } from '../sandbox/ownership.js';
import type { Value } from '../values.js';
import { parseFlowText } from '../flow/load-text.js';

/** Whether a file is a flow of its own, and not a part that others include: a mapping with steps. */
export function isFlow(path: string): boolean {
  try {
    const text = DISK.read(path);
    if (text === undefined) return false;
    const root = parseFlowText({ path, text }, DISK);
    return root.kind === 'map' && root.entries.has('steps');
  } catch (error) {
    // A part may hold arguments and indentation that only make sense where it is included.
    if (isPhlowError(error)) return false;
    throw error;
  }
}

/** A flow to open: the path of a file or folder, a text, or a flow as plain data. */
export type FlowSource =
  | string
  | { readonly file: string }
  | {
      readonly text: string;
      /** What the text is called in messages; its extension says how it is read. Default `flow.phlow`. */
      readonly file?: string;
      /** What relative paths in it start from; default: the folder of `file`, or the current folder. */
      readonly baseDir?: string;
    }
  | { readonly flow: Value; readonly baseDir?: string };

/** A source that was found. */
export interface FoundFlow {
  readonly origin: FlowOrigin;
  /** What local modules are relative to. */
  readonly baseDir: string;
  /** The path of the flow's file, if it has one. */
  readonly file: string | undefined;
  /** The folder of the package that the flow came with; undefined for the owner's own. */
  readonly packageFolder: string | undefined;
  /** Where it finds what it includes and imports: a package's in the package alone. */
  readonly files: FlowFiles;
}

/** The files of the owner's own flows: what becomes part of one may do what the owner may, so that none of it is a package's. */
function ownersFiles(disk: FlowFiles): FlowFiles {
  return {
    read(path, use) {
      const owner = use === 'code' ? packageOf(path) : undefined;
      if (owner === undefined) return disk.read(path);
      const message = `Cannot take "${path}" into a flow: it belongs to the package ${owner.folder}, and as part of the flow it could do whatever the flow may do; declare the package under "modules", or put a copy of the file among your own files`;
      throw new PhlowError('PHLOW_FLOW_INCLUDE', message, { details: { file: path } });
    },
  };
}

/** Finds and reads the source of a flow. Whose flow it is, its file decides, not who asks for it. */
export function findFlow(source: FlowSource): FoundFlow {
  if (typeof source === 'string') return fromFile(source);
  if ('flow' in source) {
    return {
      origin: { kind: 'value', flow: source.flow },
      baseDir: resolve(source.baseDir ?? '.'),
      file: undefined,
      packageFolder: undefined,
      files: ownersFiles(DISK),
    };
  }
  if (!('text' in source)) return fromFile(source.file);
  const file = resolve(source.baseDir ?? '.', source.file ?? 'flow.phlow');
  const baseDir = source.baseDir === undefined ? dirname(file) : resolve(source.baseDir);
  return { origin: { kind: 'text', path: file, text: source.text }, baseDir, ...ownedFile(file) };
}

/** The file that a path stands for as a flow: itself, or for a folder the flow in or beside it. Throws PHLOW_FLOW_UNREADABLE when there is none. */
export function flowFileOf(target: string): string {
  const path = resolve(target);
  const file = mainFileOf(path, target);
  return file === path ? target : file;
}

function fromFile(target: string): FoundFlow {
  const owned = ownedFile(mainFileOf(resolve(target), target));
  // A pipe is only opened for the flow itself, never for an include.
  const files = owned.packageFolder === undefined ? ownersFiles(DISK_AND_PIPES) : owned.files;
  return { origin: readFlowFile(owned.file, files), baseDir: dirname(owned.file), ...owned };
}

function ownedFile(path: string): Pick<FoundFlow, 'files' | 'packageFolder'> & { readonly file: string } {
  const owner = packageOf(path);
  if (owner === undefined) return { file: path, packageFolder: undefined, files: ownersFiles(DISK) };
  if (owner.path === owner.folder && !isKind(owner.path, 'folder')) throw withoutFolder(owner.path);
  return { file: owner.path, packageFolder: owner.folder, files: filesWithin(owner.folder) };
}

/** A package is a folder: what is locked, and what its flow may read, is what lies in it. */
function withoutFolder(path: string): PhlowError {
  const { dir, name } = parse(path);
  const message = `Cannot open ${path}: a flow that came with a package must be in a folder of its own; move it to ${join(dir, name, 'module.phlow')}`;
  return new PhlowError('PHLOW_FLOW_UNREADABLE', message, { details: { file: path } });
}

function mainFileOf(path: string, target: string): string {
  if (!isKind(path, 'folder')) return path;
  const beside = `${path.slice(0, path.length - extname(path).length)}.phlow`;
  const looked = [beside, ...FOLDER_FLOWS.map((name) => join(path, name))];
  const found = looked.find((candidate) => isKind(candidate, 'file'));
  if (found !== undefined) return found;
  throw new PhlowError(
    'PHLOW_FLOW_UNREADABLE',
    `Cannot find a flow: Main not found: "${target}": the folder contains none of ${FOLDER_FLOWS.join(', ')}`,
    { details: { looked } },
  );
}

function isKind(path: string, kind: 'file' | 'folder'): boolean {
  try {
    const stat = statSync(path);
    return kind === 'file' ? stat.isFile() : stat.isDirectory();
  } catch {
    // Reading it reports what is wrong with it.
    return false;
  }
}
