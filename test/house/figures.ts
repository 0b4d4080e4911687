import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** A file of this many lines or less is a crumb, unless it is a command, a module's entry or a type that many share. */
export const CRUMB_LINES = 30;
export const MAX_LINES = 300;

/** Files that a program writes, and that nobody reads from top to bottom. */
const WRITTEN: readonly string[] = ['src/host/built-in-types.ts'];

/** What one folder holds. */
export interface FolderFigures {
  readonly files: number;
  readonly folders: number;
  readonly crumbs: readonly string[];
  readonly tooLong: readonly string[];
}

/** Counts the TypeScript files of a folder, below the root of the project or of another checkout of it. */
export function figuresOf(folder: string, root = ROOT): FolderFigures {
  const files = filesOf(folder, root);
  const linesOf = (name: string): number => readFileSync(join(root, name), 'utf8').split('\n').length - 1;
  return {
    files: files.length,
    folders: new Set(files.map((name) => dirname(name))).size,
    crumbs: files.filter((name) => linesOf(name) <= CRUMB_LINES),
    tooLong: files.filter((name) => !WRITTEN.includes(name) && linesOf(name) > MAX_LINES),
  };
}

/** The names of the TypeScript files of a folder, from the root on. */
export function filesOf(folder: string, root = ROOT): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'));
}

/** How many lines of a folder match. */
export function linesWith(pattern: RegExp, folder: string, root = ROOT): number {
  return filesOf(folder, root)
    .flatMap((name) => readFileSync(join(root, name), 'utf8').split('\n'))
    .filter((line) => pattern.test(line)).length;
}
