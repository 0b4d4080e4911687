import { isPhlowError, PhlowError } from '../errors.js';
import { resolve } from 'node:path';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { placeOf } from '../flow/source/source-file.js';
import type { LoadOptions } from '../host/module-types.js';
import { isRemote } from '../nats/service-name.js';
import { realPathOf } from '../sandbox/ownership.js';
import { isInside } from '../sandbox/snapshot/inside.js';
import { assertGrant } from '../sandbox/grants.js';
import { readJail } from '../sandbox/jail.js';
import { readIsolationLevel } from '../sandbox/levels.js';
import { readOwnerLimits } from '../sandbox/owner-limits.js';
import type { PackageGrant } from './package-grant.js';

/** Whose the flow is that declares a module. */
export interface Holder {
  /** The folder of the package that it came with; undefined for the owner's own flows. */
  readonly packageFolder: string | undefined;
  /** What the owner grants to the modules of the package's flow; undefined where nobody has said. */
  readonly packageGrant?: PackageGrant | undefined;
}

/**
 * A flow that came with a package has no word in how its modules are held: its author is not the owner. Throws PHLOW_FLOW_INVALID. What the package's
 * own tests say of the package itself is meant for the author's project, where they are the owner's: elsewhere it does not count.
 */
function assertMayIsolate(declaration: ModuleDeclaration, packageFolder: string, baseDir: string): void {
  const { isolationSettings, name } = declaration;
  const [first] = Object.keys(isolationSettings);
  if (first === undefined || isPackageItself(declaration, packageFolder, baseDir)) return;
  const message = `Cannot load module "${name}": the flow that declares it came with a package, which cannot set "${first}" for a module; only the owner's own flow can`;
  throw new PhlowError('PHLOW_FLOW_INVALID', message, {
    place: placeOf(declaration.range),
    details: { module: name },
  });
}

/** Whether a flow that came with a package means that package by a path, as its own tests do: `module: ./`. */
function isPackageItself({ module }: ModuleDeclaration, packageFolder: string, baseDir: string): boolean {
  return isLocalModule(module) && resolve(baseDir, module) === packageFolder;
}

/** What is odd about how a declaration wants its module to be held: undefined when it counts, or when there is nothing. */
export function uncountedSettings(
  declaration: ModuleDeclaration,
  { packageFolder }: Holder,
  baseDir: string,
): string | undefined {
  if (packageFolder === undefined || !isPackageItself(declaration, packageFolder, baseDir)) return undefined;
  const [first] = Object.keys(declaration.isolationSettings);
  if (first === undefined) return undefined;
  return `"${first}" of module "${declaration.name}" has no effect: the flow came with the package, which runs at its own level and with what its user grants`;
}

/**
 * How a flow's declaration wants its module to be held, as options of the host. Throws PHLOW_FLOW_INVALID.
 * The modules of a package's flow get what the owner grants where he uses the package.
 *
 * @param baseDir what the paths of the flow start from.
 */
export function isolationOptionsOf(
  declaration: ModuleDeclaration,
  { packageFolder, packageGrant }: Holder,
  baseDir: string,
): LoadOptions {
  const { isolationSettings, name } = declaration;
  if (packageFolder !== undefined) {
    assertMayIsolate(declaration, packageFolder, baseDir);
    return packageGrant?.of(name) ?? {};
  }
  try {
    return ownersOptions(isolationSettings, name);
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    // It stands in the flow's file, so the error points there; the same mistake in an option is wrong usage.
    const { message, place = placeOf(declaration.range), details } = error;
    throw new PhlowError('PHLOW_FLOW_INVALID', message, { cause: error, place, details });
  }
}

function ownersOptions(
  { isolation, jail, grant, limits }: ModuleDeclaration['isolationSettings'],
  name: string,
): LoadOptions {
  if (grant !== undefined) assertGrant(grant, name);
  return {
    grantPlace: { entry: name, file: undefined, whole: grant, path: [], unknown: [] },
    ...(isolation === undefined ? {} : { isolation: readIsolationLevel(isolation, name) }),
    ...(jail === undefined ? {} : { jail: readJail(jail, name) }),
    ...(grant === undefined ? {} : { grant }),
    ...(limits === undefined ? {} : { limits: readOwnerLimits(limits, name) }),
  };
}

/** A flow that came with a package reaches, by path, nothing outside of that package, and nothing of other hosts. Throws PHLOW_FLOW_INVALID. */
export function assertOwnPath(
  declaration: ModuleDeclaration,
  folder: string,
  { packageFolder }: Holder,
): void {
  if (packageFolder === undefined) return;
  if (isRemote(declaration.module)) {
    const message = `Cannot load module "${declaration.name}": the flow that declares it came with a package, and modules of other hosts (${declaration.module}) are for the owner's own flows`;
    throw new PhlowError('PHLOW_FLOW_INVALID', message, { place: placeOf(declaration.range) });
  }
  if (!isLocalModule(declaration.module)) return;
  // A link in the package may lead out of it.
  if (isInside(packageFolder, folder) && isInside(realPathOf(packageFolder), realPathOf(folder))) return;
  const message = `Cannot load module "${declaration.name}": the flow that declares it came with a package and reaches outside of it (${declaration.module})`;
  throw new PhlowError('PHLOW_FLOW_INVALID', message, { place: placeOf(declaration.range) });
}
