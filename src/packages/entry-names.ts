import { foldedName } from '../sandbox/ownership.js';
import { hiddenIn, visibleLine } from '../visible-text.js';
import type { TarballRule } from './tarball-error.js';

/** Longer paths and names cannot be written everywhere. */
const MAX_PATH_BYTES = 512;
const MAX_NAME_BYTES = 200;
const MAX_DEPTH = 32;

// eslint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** Windows has devices of these names in every folder, whatever follows the dot. */
const RESERVED =
  /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$) *(?:\.|$)/i;

/** What is wrong with a name. */
export interface NameProblem {
  readonly rule: TarballRule;
  readonly what: string;
}

/**
 * What is wrong with the path of an entry, relative and with `/`; undefined for one that means the same file on every system. What is packed and
 * what is unpacked are held to this one rule.
 */
export function pathProblem(path: string): NameProblem | undefined {
  const found = (rule: TarballRule, what: string): NameProblem => ({
    rule,
    what: `the entry "${visibleLine(path)}" ${what}`,
  });
  if (path === '') return { rule: 'empty-name', what: 'an entry has no name' };
  if (CONTROL.test(path)) return found('control-character', 'has a control character in its name');
  if (path.includes('\\')) return found('backslash', 'has a backslash in its name');
  if (/^[A-Za-z]:/.test(path)) return found('drive-letter', 'begins with the letter of a drive');
  if (path.startsWith('/')) return found('absolute-path', 'has an absolute path');
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    return found('path-too-long', `has a path of more than ${MAX_PATH_BYTES} bytes`);
  const names = path.split('/');
  if (names.length > MAX_DEPTH) return found('too-deep', `lies more than ${MAX_DEPTH} folders deep`);
  for (const name of names) {
    if (name === '') return found('empty-name', 'has an empty name in its path');
    if (name === '.') return found('dot-name', 'has "." in its path');
    if (name === '..') return found('dot-dot', 'leads out of the package with ".."');
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      return found('path-too-long', `has a name of more than ${MAX_NAME_BYTES} bytes`);
    if (/[<>:"|?*]/.test(name))
      return found('windows-character', 'has a sign in its name that Windows does not allow');
    if (/[. ]$/.test(name)) return found('trailing-dot', 'has a name that ends with a dot or a blank');
    if (RESERVED.test(name)) return found('reserved-name', 'has a name that Windows keeps for a device');
    if (hiddenIn(name) !== undefined) return found('hidden-character', 'has an invisible sign in its name');
    // What git reads there can run programs.
    if (foldedName(name) === '.GIT') return found('git-folder', 'is part of a git repository');
  }
  return undefined;
}

interface Known {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** False for a folder that is there because something lies in it. */
  isListed: boolean;
}

/** The names of a package: finds two that are one on some file system, and one that stands for two things. */
export class EntryNames {
  readonly #known = new Map<string, Known>();
  readonly #folded = new Map<string, string>();

  /** Adds the path of an entry that `pathProblem` has nothing against, and the folders that it lies in. */
  add(path: string, kind: Known['kind']): NameProblem | undefined {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const problem = this.#note(path.slice(0, end), 'folder', false);
      if (problem !== undefined) return problem;
    }
    return this.#note(path, kind, true);
  }

  #note(path: string, kind: Known['kind'], isListed: boolean): NameProblem | undefined {
    const folded = this.#foldedPath(path);
    const known = this.#known.get(folded);
    if (known === undefined) {
      this.#known.set(folded, { path, kind, isListed });
      return undefined;
    }
    const shown = visibleLine(path);
    if (known.path !== path) {
      const isCase = known.path.toLowerCase() === path.toLowerCase();
      const what = `the entries "${visibleLine(known.path)}" and "${shown}" have one name where ${isCase ? 'case does not count' : 'letters are normalised'}`;
      return { rule: isCase ? 'case-clash' : 'unicode-clash', what };
    }
    if (known.kind !== kind)
      return { rule: 'file-and-folder', what: `the entry "${shown}" is a file and a folder` };
    if (isListed && known.isListed) return { rule: 'duplicate', what: `the entry "${shown}" is there twice` };
    known.isListed ||= isListed;
    return undefined;
  }

  #foldedPath(path: string): string {
    const done = this.#folded.get(path);
    if (done !== undefined) return done;
    const end = path.lastIndexOf('/');
    const own = foldedName(path.slice(end + 1));
    const folded = end === -1 ? own : `${this.#foldedPath(path.slice(0, end))}/${own}`;
    this.#folded.set(path, folded);
    return folded;
  }
}
