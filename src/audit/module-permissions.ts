import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isPhlowError } from '../errors.js';
import { Diagnostics } from '../flow/diagnostics.js';
import { snapshotOf } from '../host/load/accept-module.js';
import { installRootsOf } from '../host/load/module-sources.js';
import type { Found } from '../host/load/resolve.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { Manifest } from '../manifest/manifest.js';
import { findFlow } from '../runtime/flow-source.js';
import { readFlow } from '../runtime/read-flow.js';
import { grantData, grantYaml, type GrantData } from '../sandbox/grant-text.js';
import { LEVELS } from '../sandbox/levels.js';
import { checkManifest } from '../host/load/read-manifest.js';
import { innerModules, type InnerModule } from '../sandbox/lock/inner-modules.js';
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
  /** What the modules inside of its folder ask for, which its flow or a flow of the owner's may use; those that ask for nothing are left out. */
  readonly inside: readonly InnerPermissions[];
  /** The lines that would grant all of it, also what the modules inside ask for; undefined when it asks for nothing. */
  readonly grantYaml: string | undefined;
}

/** What a module inside of a package asks for. */
export interface InnerPermissions {
  /** Its folder, relative to that of the package. */
  readonly path: string;
  readonly requested: readonly DescribedPermission[];
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

/** Reports what a module and the modules inside of it ask for. Starts nothing. Throws as `examine`. */
export async function modulePermissions(
  nameOrPath: string,
  options: { readonly baseDir?: string } = {},
): Promise<ModulePermissions> {
  const baseDir = options.baseDir ?? process.cwd();
  const { found, manifest, level } = await examine(nameOrPath, baseDir);
  const inner = await innerOf(found, baseDir);
  const requested = requestedPermissions(manifest.permissions);
  const inside = inner.filter(({ manifest: one }) => requestedPermissions(one.permissions).length > 0);
  const data = { ...grantData(requested), ...insideData(found, inside) };
  return {
    module: manifest.name,
    version: manifest.version,
    origin: found.origin,
    level,
    promise: LEVELS[level].promise,
    requested: describedIn(manifest),
    inside: inside.map(({ path, manifest: one }) => ({
      path: visibleLine(path),
      requested: describedIn(one),
    })),
    grantYaml: Object.keys(data).length === 0 ? undefined : grantYaml(data),
  };
}

/** The modules inside of a package. What lies below a module of the owner's is the owner's to name. */
async function innerOf(found: Found, baseDir: string): Promise<readonly InnerModule[]> {
  if (found.origin !== 'package') return [];
  const snapshot = await snapshotOf(found, installRootsOf(found, undefined, baseDir), baseDir);
  return innerModules(snapshot, checkManifest);
}

function describedIn(manifest: Manifest): readonly DescribedPermission[] {
  return requestedPermissions(manifest.permissions).map(({ permission, target }) => {
    const { words, risk } = PERMISSION_TABLE[permission];
    const reason = reasonOf(manifest, permission);
    return {
      permission,
      target: visibleLine(target),
      words: visibleLine(words(target)),
      reason: reason === undefined ? undefined : visibleLine(reason),
      risk,
    };
  });
}

/** What grants the modules inside what they ask for, by the names that the flow of the package gives to them. */
function insideData({ folder }: Found, inner: readonly InnerModule[]): GrantData {
  if (inner.length === 0 || !existsSync(join(folder, 'module.phlow'))) return {};
  const names = namesByFolder(join(folder, 'module.phlow'));
  const granted = inner.flatMap(({ path, manifest }) =>
    (names.get(join(folder, path)) ?? []).map(
      (name) => [name, grantData(requestedPermissions(manifest.permissions))] as const,
    ),
  );
  return granted.length === 0 ? {} : { inside: Object.fromEntries(granted) };
}

function namesByFolder(flow: string): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  try {
    const { document } = readFlow(findFlow(flow), new Diagnostics());
    for (const { name, module } of document.modules) {
      const folder = resolve(dirname(flow), module);
      names.set(folder, [...(names.get(folder) ?? []), name]);
    }
  } catch (error) {
    // Running or checking the flow reports what is wrong with it.
    if (!isPhlowError(error)) throw error;
  }
  return names;
}
