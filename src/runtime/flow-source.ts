import { statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { PhlowError } from '../errors.js';
import { readFlowFile, type FlowOrigin } from '../flow/load-flow.js';
import { DISK, type FlowFiles } from '../flow/source/flow-files.js';
import type { Value } from '../values.js';

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
}

/** Names that are tried when the target is a folder (spec/runtime.md 4). */
const FOLDER_FILES = ['main.phlow', 'mod.phlow', 'module.phlow'];

/** Finds and reads the source of a flow. */
export function findFlow(source: FlowSource, files: FlowFiles = DISK): FoundFlow {
  if (typeof source === 'string') return fromFile(source, files);
  if ('flow' in source) {
    return {
      origin: { kind: 'value', flow: source.flow },
      baseDir: resolve(source.baseDir ?? '.'),
      file: undefined,
    };
  }
  if (!('text' in source)) return fromFile(source.file, files);
  const file = resolve(source.baseDir ?? '.', source.file ?? 'flow.phlow');
  const baseDir = source.baseDir === undefined ? dirname(file) : resolve(source.baseDir);
  return { origin: { kind: 'text', path: file, text: source.text }, baseDir, file };
}

/** The file that a path stands for as a flow: itself, or for a folder the flow in or beside it. Throws PHLOW_FLOW_UNREADABLE when there is none. */
export function flowFileOf(target: string): string {
  const path = resolve(target);
  const file = mainFileOf(path, target);
  return file === path ? target : file;
}

function fromFile(target: string, files: FlowFiles): FoundFlow {
  const file = mainFileOf(resolve(target), target);
  return { origin: readFlowFile(file, files), baseDir: dirname(file), file };
}

function mainFileOf(path: string, target: string): string {
  if (!isKind(path, 'folder')) return path;
  const beside = `${path.slice(0, path.length - extname(path).length)}.phlow`;
  const looked = [beside, ...FOLDER_FILES.map((name) => join(path, name))];
  const found = looked.find((candidate) => isKind(candidate, 'file'));
  if (found !== undefined) return found;
  throw new PhlowError(
    'PHLOW_FLOW_UNREADABLE',
    `Cannot find a flow: Main not found: "${target}": the folder holds none of ${FOLDER_FILES.join(', ')}`,
    { details: { looked } },
  );
}

function isKind(path: string, kind: 'file' | 'folder'): boolean {
  try {
    const stat = statSync(path);
    return kind === 'file' ? stat.isFile() : stat.isDirectory();
  } catch {
    // Whoever reads it says what is wrong with it.
    return false;
  }
}
