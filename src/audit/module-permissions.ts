import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { isPhlowError } from '../errors.js';
import { Diagnostics } from '../flow/diagnostics.js';
import { snapshotOf } from '../host/load/accept-module.js';
import { installRootsOf } from '../host/load/module-sources.js';
import { FOLDER_FLOWS } from '../host/load/package-folder.js';
import type { Found } from '../host/load/resolve.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { Manifest } from '../manifest/manifest.js';
import { findFlow } from '../runtime/flow-source.js';
import { readFlow } from '../runtime/read-flow.js';
import { usedModules } from '../runtime/used-modules.js';
import { grantData, grantScript, grantYaml, type GrantData } from '../sandbox/grant-text.js';
import { LEVELS } from '../sandbox/levels.js';
import { checkManifest } from '../host/load/read-manifest.js';
import { innerModules, type InnerModule } from '../sandbox/lock/inner-modules.js';
import { grantArgument, grantInside, reasonOf } from '../sandbox/missing-grant.js';
import { requestedPermissions, PERMISSION_TABLE, type PermissionName } from '../sandbox/permission-table.js';
import { shellText, visibleLine } from '../visible-text.js';
import { examine, examineWhole } from './examine.js';
import { standingOf, type Standing } from './standing.js';
import { currentFolder } from '../current-folder.js';

/** What a module asks for, in words. All text of the module's author is made harmless to print. */
export interface ModulePermissions {
  readonly module: string;
  readonly version: string | undefined;
  readonly origin: 'builtin' | 'application' | 'package';
  /** The level it would run at when its owner says nothing, and what that promises. */
  readonly level: IsolationLevel;
  readonly promise: string;
  readonly requested: readonly DescribedPermission[];
  /**
   * What the modules inside of its folder ask for, which its flow or a flow of the owner's may use, then those that its flow comes to elsewhere; those that
   * ask for nothing are left out.
   */
  readonly inside: readonly InnerPermissions[];
  /** The lines that would grant all of it, also what the modules inside ask for; undefined when it asks for nothing. */
  readonly grantYaml: string | undefined;
  /** The same as the call that loads it from code, and as an option of the command line; undefined for a flow, and when it asks for nothing. */
  readonly grantCode: string | undefined;
  readonly grantOption: string | undefined;
  /**
   * What runs its flow with all of it granted that the modules of the flow ask for, where the flow is one to run (main.phlow, mod.phlow) and none to name
   * under `modules:`; undefined when they ask for nothing.
   */
  readonly run: string | undefined;
  /** The modules that its flow uses and that could not be looked at, each with the reason. */
  readonly unexamined: readonly string[];
  /** How it stands to its lock file; undefined where that is unknown, for the reason in `lockProblem`. */
  readonly lock: Standing['lock'] | undefined;
  /** What accepts it as it is, where it is not what was accepted. */
  readonly accept: string | undefined;
  readonly lockProblem: string | undefined;
}

/** What a module inside of a package, or one that its flow uses, asks for. */
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
  const baseDir = options.baseDir ?? currentFolder();
  const { found, manifest, level } = await examine(nameOrPath, baseDir);
  const standing = await orError(examineWhole(nameOrPath, baseDir).then(standingOf));
  const inner = await innerOf(found, baseDir);
  const requested = requestedPermissions(manifest.permissions);
  const asking = (one: Manifest): boolean => requestedPermissions(one.permissions).length > 0;
  const flow = flowOf(found);
  const uses = flow === undefined ? NO_USES : await usedBy(found, flow, baseDir);
  const used = uses.used.filter((one) => asking(one.manifest));
  const isInner = (path: string): boolean => inner.some((one) => one.path === path);
  const elsewhere = new Map(used.flatMap((one) => (isInner(one.path) ? [] : [[one.path, one]])));
  const inside = [...inner.filter((one) => asking(one.manifest)), ...elsewhere.values()];
  const withUsed = (own: GrantData): GrantData =>
    used.reduce(
      (whole: GrantData, one) =>
        grantInside(whole, one.names, grantData(requestedPermissions(one.manifest.permissions))),
      own,
    );
  const isRun = flow !== undefined && basename(flow) !== MODULE_FLOW;
  const own = grantData(requested);
  const data = isRun ? own : withUsed(own);
  const isAsking = Object.keys(data).length > 0;
  const isLoaded = isAsking && flow === undefined;
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
    grantYaml: isAsking ? grantYaml(data) : undefined,
    grantCode: isLoaded
      ? `host.load(${grantScript(nameOrPath)}, { grant: ${grantScript(data)} })`
      : undefined,
    grantOption: isLoaded ? grantArgument(data) : undefined,
    run:
      isRun && used.length > 0
        ? `phlow run ${shellText(nearPath(found.folder))} ${grantArgument(withUsed({}))}`
        : undefined,
    unexamined: uses.unexamined.map((text) => visibleLine(text)),
    ...('value' in standing
      ? { ...standing.value, lockProblem: undefined }
      : { lock: undefined, accept: undefined, lockProblem: visibleLine(standing.message) }),
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

/** A module with code that a flow of a package comes to. */
interface Used extends InnerModule {
  /** The names that lead to it from the flow. */
  readonly names: readonly string[];
}

interface Uses {
  readonly used: readonly Used[];
  readonly unexamined: readonly string[];
}

const NO_USES: Uses = { used: [], unexamined: [] };

/** The flow by which another one uses a package. */
const MODULE_FLOW = 'module.phlow';

/** The flow of a package: the one by which another uses it, else the one that is run. */
function flowOf({ folder, origin }: Found): string | undefined {
  if (origin !== 'package') return undefined;
  return [MODULE_FLOW, ...FOLDER_FLOWS].map((name) => join(folder, name)).find((path) => existsSync(path));
}

/** A path as it is typed in the current folder. */
function nearPath(path: string): string {
  const near = relative(currentFolder(), path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}

/** The modules that the flow of a package uses, and those of the scripts among them, wherever they lie. */
async function usedBy({ folder }: Found, file: string, baseDir: string): Promise<Uses> {
  try {
    const found = findFlow(file);
    const { document } = readFlow(found, new Diagnostics());
    const { modules } = await usedModules(
      { found, document, packageGrant: undefined },
      baseDir,
      (one) => one,
    );
    const used: Used[] = [];
    const unexamined: string[] = [];
    for (const { declaration, names, script, baseDir: from } of modules) {
      const examined = script === undefined ? await orError(examine(declaration.module, from)) : undefined;
      if (examined === undefined) continue;
      if (!('value' in examined)) {
        unexamined.push(`${names.join('/')}: ${examined.message}`);
        continue;
      }
      if (examined.value.found.origin === 'builtin') continue;
      const { found: one, manifest } = examined.value;
      used.push({ names, manifest, path: relative(folder, one.folder).split(sep).join('/') });
    }
    return { used, unexamined };
  } catch (error) {
    // Running or checking the flow reports what is wrong with it.
    if (!isPhlowError(error)) throw error;
    return NO_USES;
  }
}

/** The outcome, or the coded error that it ended with. */
async function orError<T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly message: string }> {
  try {
    return { value: await work };
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return { message: error.message };
  }
}
