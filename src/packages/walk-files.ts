import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PhlowError } from '../errors.js';
import { compareText } from '../values.js';
import { visiblePath } from '../visible-text.js';

/** Folders that no package holds: version control, what is installed, what phlow keeps. */
const NEVER_FOLDERS: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.phlow',
  'node_modules',
  'phlow_packages',
]);

/** Files that no package holds, wherever they lie: secrets of the author's machine, lock files, tarballs, what editors leave. */
const NEVER_FILES =
  /^(?:\.env.*|\.npmrc|\.yarnrc(?:\.yml)?|\.netrc|\.ds_store|thumbs\.db|\.git(?:ignore|attributes|modules)|\.npmignore|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|phlow\.lock(?:\..*)?|.*\.(?:tgz|tar\.gz|tar|swp|orig))$/i;

/** More names than any module has. */
const MAX_NAMES = 100_000;

/** A name below a folder. */
export interface WalkedFile {
  /** With `/`. */
  readonly path: string;
  /** False for a link, a pipe, a device. */
  readonly isFile: boolean;
}

/** What lies below a folder: what may be packed, and what never is. */
export interface Walked {
  readonly files: readonly WalkedFile[];
  /** Files that are left out whatever names them. */
  readonly never: readonly string[];
}

/** Lists a folder, without going into what no package holds. Throws PHLOW_PACKAGE_INVALID for what cannot be listed. */
export function walkFiles(folder: string): Walked {
  const files: WalkedFile[] = [];
  const never: string[] = [];
  const left = [''];
  for (let inner = left.pop(); inner !== undefined; inner = left.pop()) {
    for (const entry of entriesOf(join(folder, inner))) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!NEVER_FOLDERS.has(entry.name.toLowerCase())) left.push(path);
      } else if (NEVER_FILES.test(entry.name)) never.push(path);
      else files.push({ path, isFile: entry.isFile() });
      if (files.length + left.length > MAX_NAMES)
        throw unlistable(folder, `it has more than ${MAX_NAMES} files`);
    }
  }
  files.sort((a, b) => compareText(a.path, b.path));
  return { files, never: never.sort(compareText) };
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw unlistable(folder, messageOf(error), error);
  }
}

function unlistable(folder: string, reason: string, cause?: unknown): PhlowError {
  const message = `Cannot pack ${visiblePath(folder)}: ${reason}`;
  return new PhlowError('PHLOW_PACKAGE_INVALID', message, {
    cause,
    details: { package: folder, rule: 'folder' },
  });
}
