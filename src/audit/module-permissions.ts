import type { IsolationLevel } from '../manifest/isolation.js';
import { grantData, grantYaml } from '../sandbox/grant-text.js';
import { LEVELS } from '../sandbox/levels.js';
import { reasonOf } from '../sandbox/missing-grant.js';
import { requestedPermissions, PERMISSION_TABLE, type PermissionName } from '../sandbox/permission-table.js';
import { visibleLine } from '../visible-text.js';
import { examine } from './examine.js';

/** What a module asks for, in words. All text of the module's author is made harmless to print. */
export interface ModulePermissions {
  readonly module: string;
  readonly version: string | undefined;
  readonly origin: 'builtin' | 'application' | 'package';
  /** The level it would run at when its owner says nothing, and what that promises. */
  readonly level: IsolationLevel;
  readonly promise: string;
  readonly requested: readonly DescribedPermission[];
  /** The lines that would grant all of it; undefined when it asks for nothing. */
  readonly grantYaml: string | undefined;
}

/** One thing a module asks for. */
export interface DescribedPermission {
  readonly permission: PermissionName;
  readonly target: string;
  /** Follows "It wants to". */
  readonly words: string;
  /** The author's reason, unchecked. */
  readonly reason: string | undefined;
  /** What it may cost the owner. */
  readonly risk: string | undefined;
}

/** Tells what a module asks for. Starts nothing. Throws as `examine`. */
export async function modulePermissions(
  nameOrPath: string,
  options: { readonly baseDir?: string } = {},
): Promise<ModulePermissions> {
  const { found, manifest, level } = await examine(nameOrPath, options.baseDir ?? process.cwd());
  const requested = requestedPermissions(manifest.permissions);
  return {
    module: manifest.name,
    version: manifest.version,
    origin: found.origin,
    level,
    promise: LEVELS[level].promise,
    requested: requested.map(({ permission, target }) => {
      const { words, risk } = PERMISSION_TABLE[permission];
      const reason = reasonOf(manifest, permission);
      return {
        permission,
        target: visibleLine(target),
        words: visibleLine(words(target)),
        reason: reason === undefined ? undefined : visibleLine(reason),
        risk,
      };
    }),
    grantYaml: requested.length === 0 ? undefined : grantYaml(grantData(requested)),
  };
}
