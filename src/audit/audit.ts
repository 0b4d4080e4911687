import { existsSync, lstatSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { Diagnostics } from '../flow/diagnostics.js';
import type { LoadOptions } from '../host/module-types.js';
import { PACKAGES_FOLDER } from '../host/load/package-folder.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import { messageOf, isPhlowError, PhlowError } from '../errors.js';
import { readFlow } from '../runtime/read-flow.js';
import { findFlow } from '../runtime/flow-source.js';
import { holdFlow, type PackageFlowOptions } from '../runtime/held-flow.js';
import { isRemote } from '../nats/service-name.js';
import { settleUsed, usedModules, type UsedModule } from '../runtime/used-modules.js';
import { packageNameOf } from '../sandbox/ownership.js';
import { readGrant } from '../sandbox/grants.js';
import { levelFor } from '../sandbox/levels.js';
import { lockCommand } from '../sandbox/lock/assert-locked.js';
import { LOCK_FILE, readLock, type Lock } from '../sandbox/lock/lock-file.js';
import { unusedGrants } from '../sandbox/unused-grants.js';
import { textOf } from '../values.js';
import { visibleLine } from '../visible-text.js';
import { permissionsOf, type AuditedPermission } from './audited-permissions.js';
import {
  examineWhole,
  lockStateOf,
  lockWord,
  type ExaminedWhole,
  type LockState,
  type LockWord,
} from './examine.js';
import { missingNames, namesToCompare } from './lock-modules.js';
import { problemsOf, type Problem } from './problems.js';
import { currentFolder } from '../current-folder.js';

/** Where to look. */
export interface AuditOptions extends PackageFlowOptions {
  /** The folder with `phlow_packages` and `phlow.lock`; default: the current one. */
  readonly baseDir?: string;
  /**
   * A flow whose modules are audited as it declares them; default: everything under `phlow_packages` or in the lock file, with nothing granted. The
   * options of a package's flow say how that is held.
   */
  readonly flow?: string;
}

/** What one module may do, and what it was accepted as. */
export interface AuditedModule {
  readonly module: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly origin: 'builtin' | 'application' | 'package';
  readonly level: IsolationLevel;
  readonly integrity: string | undefined;
  /**
   * `accepted`: as in the lock file; `narrower`: it is, and asks for less than that allows; `changed` or `new`: not; `none`: there is no lock file, or it
   * does not concern this module.
   */
  readonly lock: LockWord;
  /** The lock file that it is held to; undefined when none concerns it. */
  readonly lockFile: string | undefined;
  readonly permissions: readonly AuditedPermission[];
  /** What was granted and is not asked for. */
  readonly unused: readonly string[];
  /** What it is made of besides its own folder. */
  readonly dependencies: readonly AuditedDependency[];
}

/** A package, or a single file of one, that a module takes in from outside of its folder. */
export interface AuditedDependency {
  /** Relative to the module's folder. */
  readonly place: string;
  readonly integrity: string;
  /** False: its code takes it in although its package.json does not name it. */
  readonly isDeclared: boolean;
}

/** Everything that was found; plain data. */
export interface AuditReport {
  readonly lockFile: string | undefined;
  readonly modules: readonly AuditedModule[];
  readonly problems: readonly Problem[];
  /** Modules that other hosts serve, which decide what these may do: each as its name and `nats:SERVICE`. */
  readonly remote: readonly { readonly name: string; readonly module: string }[];
}

interface Subject {
  readonly module: string;
  readonly name: string;
  readonly baseDir: string;
  /** How a flow uses it; undefined where there is no flow, and for the flow itself. */
  readonly used: UsedModule | undefined;
  /** How its user holds it. */
  readonly options: LoadOptions;
  /** It is the flow that is audited: the modules inside of it are listed as it uses them. */
  readonly isFlow: boolean;
}

/**
 * Reports what the modules of a folder or a flow may do, at which level they run and whether they are what was accepted. Starts nothing. Throws
 * PHLOW_LOCK_MISMATCH for a lock file of the folder that cannot be read, PHLOW_OPTION_INVALID, and why the flow cannot be read.
 */
export async function audit(options: AuditOptions = {}): Promise<AuditReport> {
  const baseDir = options.baseDir ?? currentFolder();
  assertHoldsFlow(options);
  const baseFile = join(resolve(baseDir), LOCK_FILE);
  // Nothing can be said of a module while nobody knows what was accepted.
  const base = await readLock(baseFile);
  const problems: Problem[] = [];
  const all =
    options.flow === undefined
      ? packages(baseDir, base)
      : await modulesOf(options.flow, baseDir, options, problems);
  const subjects = all.filter(({ module }) => !isRemote(module));
  const remote = all.filter(({ module }) => isRemote(module)).map(({ name, module }) => ({ name, module }));
  const modules: AuditedModule[] = [];
  const unreadable: string[] = [];
  const examined = new Map<string, Promise<ExaminedWhole>>();
  const seen = new Set<string>();
  const differing = new Set<string>();
  for (const subject of subjects) {
    try {
      // However often scripts use a module, its files are read once.
      const key = JSON.stringify([subject.module, subject.baseDir]);
      const examining = examined.get(key) ?? examineWhole(subject.module, subject.baseDir);
      examined.set(key, examining);
      const whole = await examining;
      // What an earlier phlow accepted by itself inside of a package is shown with the package.
      const entry = JSON.stringify([whole.whole?.place.file, whole.whole?.place.key]);
      if (subject.used === undefined && seen.has(entry)) continue;
      seen.add(entry);
      const { audited, inner, refused, compared } = auditOne(subject, whole);
      modules.push(audited, ...inner);
      // What differs in a package is reported with the first of what it holds.
      const isReported = compared?.place.holder !== undefined && differing.has(entry);
      if (compared?.diff !== undefined) differing.add(entry);
      problems.push(...problemsOf(audited, refused, isReported ? undefined : compared));
    } catch (error) {
      if (!isPhlowError(error)) throw error;
      problems.push({ module: subject.name, problem: messageOf(error) });
      // One that cannot be read holds all the same: nothing is loaded beside it.
      if (error.code === 'PHLOW_LOCK_MISMATCH') unreadable.push(textOf(error.details['file']));
    }
  }
  if (options.flow === undefined)
    for (const module of missingNames(baseDir, base))
      problems.push({
        module,
        problem: `the lock file names it, and it is no longer there\nIf that is right: ${lockCommand(module, resolve(baseDir))}`,
      });
  const files = new Set([
    ...modules.flatMap(({ lockFile }) => lockFile ?? []),
    ...unreadable.filter(isLockFile),
  ]);
  const [only] = files;
  const lockFile = files.size === 1 ? only : existsSync(baseFile) ? baseFile : only;
  return { lockFile, modules, problems, remote };
}

function isLockFile(path: string): boolean {
  return basename(path) === LOCK_FILE && lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Without a flow there is nothing that could be held: throws PHLOW_OPTION_INVALID. */
function assertHoldsFlow({ flow, isolation, jail, limits, grant }: AuditOptions): void {
  const [given] =
    Object.entries({ isolation, jail, limits, grant }).find(([, value]) => value !== undefined) ?? [];
  if (flow !== undefined || given === undefined) return;
  const message = `Cannot audit the packages: the option "${given}" is for a flow that came with a package; name the flow`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message);
}

function packages(baseDir: string, lock: Lock | undefined): readonly Subject[] {
  return namesToCompare(baseDir, lock).map((name) => ({
    module: name,
    name,
    baseDir,
    used: undefined,
    options: {},
    isFlow: false,
  }));
}

/** The modules of a flow as it declares them, those of its scripts behind them; what keeps it from running besides goes into `problems`. */
async function modulesOf(
  flow: string,
  baseDir: string,
  options: PackageFlowOptions,
  problems: Problem[],
): Promise<readonly Subject[]> {
  // A package that is not what was accepted is audited all the same: its lock state says so.
  const found = findFlow(flow);
  const { packageGrant, isolationSettings } = holdFlow(found, options, 'Cannot audit a flow');
  const diagnostics = new Diagnostics();
  const { document } = readFlow(found, diagnostics, { packageGrant });
  for (const { severity, message } of diagnostics.list())
    if (severity === 'error') problems.push({ module: flow, problem: message });
  const used = await usedModules({ found, document, packageGrant }, baseDir, (script) => script);
  // Of a grant by an option, not of what stands in a file.
  const invalid = [...diagnostics.list(), ...used.problems.map(({ diagnostic }) => diagnostic)].find(
    ({ code }) => code === 'PHLOW_OPTION_INVALID',
  );
  if (invalid !== undefined) throw new PhlowError(invalid.code, invalid.message);
  for (const { name, diagnostic } of used.problems)
    problems.push({ module: name, problem: diagnostic.message });
  // A script of the owner's own is read as part of the flow that uses it; one from elsewhere is a package like any other.
  const modules = used.modules
    .filter(({ script }) => script === undefined || script.packageFolder !== undefined)
    .map((one) => ({
      module: one.declaration.module,
      name: one.name,
      baseDir: one.baseDir,
      used: one,
      options: one.options ?? {},
      isFlow: false,
    }));
  if (found.packageFolder === undefined) return modules;
  const near = relative(baseDir, found.packageFolder);
  const self: Subject = {
    module: near.startsWith('..') ? found.packageFolder : `./${near}`,
    name: packageNameOf(found.packageFolder),
    baseDir,
    used: undefined,
    options: isolationSettings ?? {},
    isFlow: true,
  };
  return [self, ...modules];
}

interface Audited {
  readonly audited: AuditedModule;
  /** The modules inside of a package, where no flow of the owner's says which of them it uses. */
  readonly inner: readonly AuditedModule[];
  readonly refused: PhlowError | undefined;
  readonly compared: LockState | undefined;
}

function auditOne({ module, name, used, options, isFlow }: Subject, examined: ExaminedWhole): Audited {
  const { found, manifest } = examined;
  const { origin } = found;
  const level = levelFor({ module: name, origin, asked: manifest.isolation, owner: options.isolation });
  const grant = options.grant === undefined ? undefined : readGrant(options.grant, name);
  const compared = lockStateOf(examined);
  const lock = lockOf(compared);
  const audited: AuditedModule = {
    module,
    name,
    version: manifest.version,
    origin,
    level,
    ...lock,
    permissions: permissionsOf(manifest, level, grant),
    unused: grant === undefined ? [] : unusedGrants(manifest, grant).map((text) => visibleLine(text)),
  };
  const inner = (used === undefined && !isFlow ? (examined.whole?.inner ?? []) : []).map(
    (one): AuditedModule => {
      const innerName = `${name}/${one.path}`;
      const at = levelFor({ module: innerName, origin, asked: one.manifest.isolation, owner: undefined });
      const permissions = permissionsOf(one.manifest, at, undefined);
      const { version } = one.manifest;
      const path = /^\.{1,2}\//.test(name) ? innerName : `./${PACKAGES_FOLDER}/${innerName}`;
      return { module: path, name: innerName, version, origin, level: at, ...lock, permissions, unused: [] };
    },
  );
  const refused = used && errorOf(() => settleUsed(used, found, manifest));
  return { audited, inner, refused, compared };
}

/** The coded error that something throws; undefined when it throws none. */
function errorOf(work: () => unknown): PhlowError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (isPhlowError(error)) return error;
    throw error;
  }
}

function lockOf(
  compared: LockState | undefined,
): Pick<AuditedModule, 'integrity' | 'lock' | 'lockFile' | 'dependencies'> {
  if (compared === undefined)
    return { integrity: undefined, lock: 'none', lockFile: undefined, dependencies: [] };
  const { now, place } = compared;
  const state = lockWord(compared);
  const dependencies = [...(now.dependencies ?? [])].map(([place, { integrity, isDeclared }]) => ({
    place: visibleLine(place),
    integrity,
    isDeclared,
  }));
  const lockFile = state === 'none' ? undefined : place.file;
  return { integrity: now.integrity, lock: state, lockFile, dependencies };
}
