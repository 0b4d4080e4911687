import { lstatSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PhlowError } from '../errors.js';
import { visiblePath } from '../visible-text.js';
import { isInside } from './snapshot/inside.js';

/**
 * The error of a module whose entry lies behind a link that leads out of its folder, in the same words at every level that refuses it; undefined where
 * there is no such link. It is looked for as it is now, and may be another one than the one that was met.
 */
export function entryLinkError(module: string, folder: string, entry: string): PhlowError | undefined {
  const found = linkOut(resolve(folder), resolve(folder, entry));
  if (found === undefined) return undefined;
  const { link, target } = found;
  const message = `Cannot load module "${module}": its entry is behind the link ${visiblePath(link)}, which leads to ${visiblePath(target)}, outside of the module's folder; put a copy of the code in its place, or name another file with "entry:" in its phlow.yaml`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { details: { module, link, target } });
}

/** The last link on the way down from a folder, itself not counted, that leads out of it. */
function linkOut(
  folder: string,
  path: string,
): { readonly link: string; readonly target: string } | undefined {
  try {
    const real = realpathSync(folder);
    for (let at = path; at !== folder && isInside(folder, at); at = dirname(at)) {
      if (!lstatSync(at).isSymbolicLink()) continue;
      const target = realpathSync(at);
      if (!isInside(real, target)) return { link: at, target };
    }
  } catch {
    // Something on the way is gone: that is not what is said here.
  }
  return undefined;
}
