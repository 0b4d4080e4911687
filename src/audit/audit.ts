import { Diagnostics } from '../flow/diagnostics.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { isConcerned } from '../host/load/accept-module.js';
import { installedNames } from '../host/load/list-modules.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import { messageOf, isPhlowError } from '../errors.js';
import { buildFlow } from '../runtime/build-flow.js';
import { findFlow } from '../runtime/flow-source.js';
import { findScript, type FoundScript } from '../runtime/find-script.js';
import { readGrant, type Grant } from '../sandbox/grants.js';
import { isLevel, levelFor } from '../sandbox/levels.js';
import { readLock, type Lock } from '../sandbox/lock/lock-file.js';
import { packageOf } from '../sandbox/ownership.js';
import { requestedPermissions, PERMISSION_TABLE, type PermissionName } from '../sandbox/permission-table.js';
import { unusedGrants } from '../sandbox/permissions.js';
import { visibleLine } from '../visible-text.js';
import { examineWhole, lockPathOf, lockStateOf, type ExaminedWhole } from './examine.js';

/** Where to look. */
export interface AuditOptions {
  /** The folder with `phlow_packages` and `phlow.lock`; default: the current one. */
  readonly baseDir?: string;
  /** A flow whose modules are audited as it declares them; default: everything under `phlow_packages`, with nothing granted. */
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
  /** `accepted`: as in the lock file; `changed` or `new`: not; `none`: there is no lock file, or it does not concern this module. */
  readonly lock: 'accepted' | 'changed' | 'new' | 'none';
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

/** One thing a module asks for, and whether it gets it. */
export interface AuditedPermission {
  readonly permission: PermissionName;
  readonly target: string;
  readonly words: string;
  readonly risk: string | undefined;
  /** At `inline` and `trusted` everything the process can do is open anyway. */
  readonly isGranted: boolean;
}

/** Everything that was found; plain data. */
export interface AuditReport {
  readonly lockFile: string | undefined;
  readonly modules: readonly AuditedModule[];
  readonly problems: readonly { readonly module: string; readonly problem: string }[];
}

interface Subject {
  readonly module: string;
  readonly name: string;
  readonly baseDir: string;
  readonly isolation: unknown;
  readonly grant: unknown;
}

/** Tells what the modules of a folder or a flow may do, at which level they run and whether they are what was accepted. Starts nothing. */
export async function audit(options: AuditOptions = {}): Promise<AuditReport> {
  const baseDir = options.baseDir ?? process.cwd();
  const subjects = options.flow === undefined ? packages(baseDir) : modulesOf(options.flow, baseDir);
  const lockFile = lockPathOf(baseDir);
  const lock = await readLock(lockFile);
  const modules: AuditedModule[] = [];
  const problems: { module: string; problem: string }[] = [];
  for (const subject of subjects) {
    try {
      const audited = await auditOne(subject, baseDir, lock);
      modules.push(audited);
      problems.push(...problemsOf(audited));
    } catch (error) {
      if (!isPhlowError(error)) throw error;
      problems.push({ module: subject.module, problem: messageOf(error) });
    }
  }
  return { lockFile: lock === undefined ? undefined : lockFile, modules, problems };
}

function packages(baseDir: string): readonly Subject[] {
  return installedNames(baseDir).map((name) => ({
    module: name,
    name,
    baseDir,
    isolation: undefined,
    grant: undefined,
  }));
}

function modulesOf(flow: string, baseDir: string): readonly Subject[] {
  const found = findFlow(flow);
  const { document } = buildFlow(found.origin, new Diagnostics(), found.files);
  return document.modules
    .filter(({ module }) => isAudited(findScript(module, found.baseDir, baseDir)))
    .map(({ module, name, isolationSettings }) => ({
      module,
      name,
      baseDir: isLocalModule(module) ? found.baseDir : baseDir,
      isolation: isolationSettings.isolation,
      grant: isolationSettings.grant,
    }));
}

/** A script of the owner's own is read as part of the flow that uses it; one from elsewhere is a package like any other. */
function isAudited(script: FoundScript | undefined): boolean {
  return script === undefined || packageOf(script.file) !== undefined;
}

async function auditOne(subject: Subject, baseDir: string, lock: Lock | undefined): Promise<AuditedModule> {
  const examined = await examineWhole(subject.module, subject.baseDir);
  const { found, manifest } = examined;
  const owner = isLevel(subject.isolation) ? subject.isolation : undefined;
  const level = levelFor({ module: subject.name, origin: found.origin, asked: manifest.isolation, owner });
  const grant = subject.grant === undefined ? undefined : readGrant(subject.grant, subject.name);
  const isAmbient = level === 'inline' || level === 'trusted';
  return {
    module: subject.module,
    name: subject.name,
    version: manifest.version,
    origin: found.origin,
    level,
    ...lockOf(examined, lock),
    permissions: requestedPermissions(manifest.permissions).map(({ permission, target }) => ({
      permission,
      target: visibleLine(target),
      words: visibleLine(PERMISSION_TABLE[permission].words(target)),
      risk: PERMISSION_TABLE[permission].risk,
      isGranted: isAmbient || isGranted(permission, target, grant),
    })),
    unused: grant === undefined ? [] : unusedGrants(manifest, grant).map((text) => visibleLine(text)),
  };
}

function isGranted(permission: PermissionName, target: string, grant: Grant | undefined): boolean {
  const { meet } = PERMISSION_TABLE[permission];
  return [...(grant?.get(permission)?.keys() ?? [])].some((granted) => meet(target, granted) !== undefined);
}

function lockOf(
  examined: ExaminedWhole,
  lock: Lock | undefined,
): Pick<AuditedModule, 'integrity' | 'lock' | 'dependencies'> {
  const compared = lockStateOf(examined, lock ?? new Map());
  if (compared === undefined) return { integrity: undefined, lock: 'none', dependencies: [] };
  const { now, diff } = compared;
  const isHeld = lock !== undefined && isConcerned(lock, examined.key, examined.found);
  const state = !isHeld ? 'none' : diff === undefined ? 'accepted' : diff.isNew ? 'new' : 'changed';
  const dependencies = [...(now.dependencies ?? [])].map(([place, { integrity, isDeclared }]) => ({
    place: visibleLine(place),
    integrity,
    isDeclared,
  }));
  return { integrity: now.integrity, lock: state, dependencies };
}

function problemsOf(
  audited: AuditedModule,
): readonly { readonly module: string; readonly problem: string }[] {
  const { module, lock, origin, level, unused } = audited;
  const problems: string[] = [];
  if (lock === 'changed' || lock === 'new')
    problems.push(`it is ${lock === 'new' ? 'not in the lock file' : 'not what the lock file accepted'}`);
  if (origin === 'package' && (level === 'trusted' || level === 'inline'))
    problems.push(`code from elsewhere runs ${level}: it can do whatever the process can`);
  if (unused.length > 0) problems.push(`granted and not asked for: ${unused.join(', ')}`);
  return problems.map((problem) => ({ module, problem }));
}
