import { sep } from 'node:path';
import { realpathSync, statSync } from 'node:fs';
import type { WorkerOptions } from 'node:worker_threads';
import { PhlowError } from '../../errors.js';
import type { GuardBoot } from '../../wire/boot-data.js';
import type { Effective } from '../../sandbox/effective.js';
import { nodeFeatures } from '../../sandbox/node-features.js';
import { foldersAround, ownNames } from './own-folders.js';

/** How a guarded module's thread is started, and what it is held to inside. */
export interface Guard {
  readonly options: WorkerOptions;
  readonly boot: GuardBoot;
}

/**
 * Node's permission model for this thread only, with what was granted as flags. `code` is where its own code and that of its packages lies,
 * the module's folder first. One whose code is held to a lock file has all of it in there; others find packages beside phlow, too.
 */
export function guardFor(
  code: readonly string[],
  effective: Effective,
  { isTraced, isHeld }: { readonly isTraced: boolean; readonly isHeld: boolean },
): Guard {
  const features = nodeFeatures();
  const written = effective.fs.write.map(({ path }) => path);
  const writable = outermost(written);
  const readable = outermost([
    ...code,
    ...ownNames(),
    ...(isHeld ? [] : foldersAround(code[0] ?? sep)),
    ...written,
    ...effective.fs.read.map(({ path }) => path),
  ]);
  const starred = [...readable, ...writable].find((path) => path.includes('*'));
  if (starred !== undefined) throw wildcardError(effective.module, starred);
  const execArgv = [
    features.permissionFlag,
    '--disable-warning=ExperimentalWarning',
    // A nested worker could shed all of this, so neither workers nor processes are ever granted.
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...writable.map((path) => `--allow-fs-write=${path}`),
    ...(features.hasNetPermission && effective.net.length > 0 ? ['--allow-net'] : []),
  ];
  const boot = {
    readable,
    links: {
      readable: outermost([...code, ...effective.fs.read.map(({ path }) => path)]),
      mayLeadTo: readable,
      writable,
    },
    builtins: effective.builtins,
    // While somebody learns what it needs its connections are watched; without the built-ins there would be none to see.
    hasNetwork: effective.net.length > 0 || isTraced,
  };
  return { options: { env: { ...effective.env }, argv: [], execArgv }, boot };
}

/** Node reads a star in a granted path as a wildcard, which gives more than was granted, or ends the process. */
function wildcardError(module: string, path: string): PhlowError {
  const message = `Cannot hold module "${module}" at level guarded: Node takes the * in ${path} for a wildcard; name the files one by one, rename the folder, or load the module as isolated`;
  return new PhlowError('PHLOW_LEVEL_UNAVAILABLE', message, { details: { module, path } });
}

/**
 * The paths as flags want them, without those inside another one: Node keeps them in a tree whose building ends the whole process when a path
 * comes twice (measured on 20.20).
 */
function outermost(paths: readonly string[]): readonly string[] {
  const named = [...new Set(paths.map(flagPath))].sort((a, b) => a.length - b.length);
  return named.filter(
    (path, at) => !named.slice(0, at).some((outer) => outer.endsWith(sep) && path.startsWith(outer)),
  );
}

/** A folder ends with a separator, and stays as it is when it does already; what exists is named by its real path, which is what Node compares. */
function flagPath(path: string): string {
  if (path.endsWith(sep)) return path;
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() && !real.endsWith(sep) ? real + sep : real;
  } catch {
    // Not there yet: the module may be the one who makes it.
    return path;
  }
}
