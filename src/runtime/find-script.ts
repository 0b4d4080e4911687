import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PhlowError } from '../errors.js';
import { FLOW_LIMITS } from '../flow/limits.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { placeOf, type SourceRange } from '../flow/source/source-file.js';
import { packageFolder } from '../host/load/resolve.js';
import { MANIFEST_FILE } from '../manifest-file.js';
import { isMap } from '../values.js';

/** A `.phlow` file used as a module. */
export interface FoundScript {
  readonly file: string;
  /** Where its metadata would be. */
  readonly manifestPath: string;
}

/**
 * Looks for the script forms of a module, `BASE/module.phlow` and `BASE.phlow`, in the places and the order of docs/spec/flow.md 12.2. Undefined
 * when there is none or when the folder holds a module with code of its own, which the host loads.
 */
export function findScript(module: string, baseDir: string, cwd: string): FoundScript | undefined {
  const base = isLocalModule(module) ? resolve(baseDir, module) : packageFolder(module, cwd);
  const manifestPath = join(base, MANIFEST_FILE);
  const inside = join(base, 'module.phlow');
  if (isFile(inside)) return hasOwnCode(base) ? undefined : { file: inside, manifestPath };
  if (isFile(manifestPath)) return undefined;
  const beside = `${base}.phlow`;
  return isFile(beside) ? { file: beside, manifestPath } : undefined;
}

/** The error of a script that is among the files around it, or has too many around it to be opened or looked at; undefined for all others. */
export function misplacedScript(
  name: string,
  file: string,
  around: readonly string[],
  range: SourceRange | undefined,
): PhlowError | undefined {
  if (!around.includes(file)) {
    if (around.length <= FLOW_LIMITS.scriptDepth) return undefined;
    const message = `Cannot load module "${name.slice(-200)}": more than ${FLOW_LIMITS.scriptDepth} flows use each other as modules here, one inside the other`;
    return new PhlowError('PHLOW_FLOW_TOO_LARGE', message, { place: placeOf(range) });
  }
  const chain = [...around.slice(around.indexOf(file)), file].join(' -> ');
  return new PhlowError('PHLOW_FLOW_INVALID', `Cannot load module "${name}": it uses itself (${chain})`, {
    place: placeOf(range),
  });
}

/** Beside a `module.phlow`, a `phlow.yaml` is just its metadata unless there is code as well. */
function hasOwnCode(base: string): boolean {
  return (
    isFile(join(base, MANIFEST_FILE)) &&
    ['index.js', 'index.mjs', 'index.cjs'].some((name) => isFile(join(base, name)))
  );
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch (error) {
    // What should be a folder on the way there is a file.
    if (isMap(error) && error['code'] === 'ENOTDIR') return false;
    throw error;
  }
}
