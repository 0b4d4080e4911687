import { isAbsolute, join, relative, resolve } from 'node:path';
import { isPackageName } from '../../manifest/built-in-modules.js';
import type { IsolationLevel } from '../../manifest/isolation.js';
import type { Manifest } from '../../manifest/manifest.js';
import type { Effective } from '../../sandbox/effective.js';
import { readGrant } from '../../sandbox/grants.js';
import { assertJailFits } from '../../sandbox/jail.js';
import { levelFor } from '../../sandbox/levels.js';
import { limitsFor, type ModuleLimits } from '../../sandbox/limits.js';
import { effectivePermissions } from '../../sandbox/permissions.js';
import type { IsolationOptions } from '../isolation-options.js';
import { PACKAGES_FOLDER } from './package-folder.js';
import type { Found } from './resolve.js';

/** A module, and how its owner wants it to be held. */
export interface ModuleToSettle {
  /** The instance's name. */
  readonly module: string;
  readonly found: Pick<Found, 'origin' | 'folder'>;
  readonly manifest: Manifest;
  readonly options: Pick<IsolationOptions, 'isolation' | 'jail' | 'grant' | 'grantPlace' | 'limits'>;
  readonly baseDir: string;
}

/** What the manifest's wishes and the owner's word come to. */
export interface SettledModule {
  readonly level: IsolationLevel;
  readonly effective: Effective;
  readonly limits: ModuleLimits;
}

/** Where the instances' own files are kept, below the base folder. */
const DATA_FOLDER = '.phlow/data';

/**
 * Settles level, permissions and limits of a module: a load uses them, check and audit only ask whether there are any. Touches no file. Throws PHLOW_GRANT_MISSING, and PHLOW_OPTION_INVALID for what the owner cannot have meant.
 */
export function settleModule({ module, found, manifest, options, baseDir }: ModuleToSettle): SettledModule {
  const level = levelFor({
    module,
    origin: found.origin,
    asked: manifest.isolation,
    owner: options.isolation,
  });
  const grant = options.grant === undefined ? undefined : readGrant(options.grant, module);
  const effective = effectivePermissions(manifest, grant, {
    module,
    loadName: found.origin === 'builtin' ? undefined : loadNameOf(found.folder, baseDir),
    level,
    // Who uses a built-in module means files of his own, not those of phlow.
    folder: found.origin === 'builtin' ? resolve(baseDir) : found.folder,
    dataFolder: join(resolve(baseDir), DATA_FOLDER, module),
    baseFolder: baseDir,
    grantPlace: options.grantPlace,
    env: process.env,
  });
  assertJailFits(options.jail, level, module);
  return { level, effective, limits: limitsFor(manifest.limits, options.limits) };
}

/** What `host.load` finds a folder by from the base folder: the name of a package that lies there, else its path. */
function loadNameOf(folder: string, baseDir: string): string {
  const path = relative(resolve(baseDir), folder).replaceAll('\\', '/');
  const [top, ...rest] = path.split('/');
  const name = rest.join('/');
  if (top === PACKAGES_FOLDER && isPackageName(name)) return name;
  return path === '' ? '.' : isAbsolute(path) || path.startsWith('../') || path === '..' ? path : `./${path}`;
}
