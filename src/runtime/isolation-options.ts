import { relative } from 'node:path';
import { PhlowError } from '../errors.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { placeOf } from '../flow/source/source-file.js';
import type { LoadOptions } from '../host/api/module.js';
import { readOwnerLimits } from '../sandbox/owner-limits.js';
import type { OpenContext } from './open-context.js';

/**
 * A flow that came with a package has no word in how its modules are held: its author is not the owner. Throws PHLOW_FLOW_INVALID.
 *
 * @param packageFolder the folder of the package; undefined for the owner's own flows.
 */
export function assertMayIsolate(declaration: ModuleDeclaration, packageFolder: string | undefined): void {
  const { isolationSettings, name } = declaration;
  const [first] = Object.keys(isolationSettings);
  if (first !== undefined && packageFolder !== undefined) {
    const message = `Cannot load module "${name}": the flow that declares it came with a package, which cannot say "${first}" for a module; only the owner's own flow can`;
    throw new PhlowError('PHLOW_FLOW_INVALID', message, {
      place: placeOf(declaration.range),
      details: { module: name },
    });
  }
}

/** How a flow's declaration wants its module to be held, as options of the host, which checks them. Throws PHLOW_FLOW_INVALID, PHLOW_OPTION_INVALID. */
export function isolationOptionsOf(declaration: ModuleDeclaration, context: OpenContext): LoadOptions {
  const { isolationSettings, name } = declaration;
  assertMayIsolate(declaration, context.packageFolder);
  const { isolation, jail, grant, limits } = isolationSettings;
  return {
    // The host reads these as whatever a person may have written.
    ...(isolation === undefined ? {} : { isolation: isolation as LoadOptions['isolation'] & string }),
    ...(jail === undefined ? {} : { jail: jail as LoadOptions['jail'] & string }),
    ...(grant === undefined ? {} : { grant }),
    ...(limits === undefined ? {} : { limits: readOwnerLimits(limits, name) }),
  };
}

/** A flow that came with a package reaches, by path, nothing outside of that package. Throws PHLOW_FLOW_INVALID. */
export function assertOwnPath(declaration: ModuleDeclaration, folder: string, context: OpenContext): void {
  const { packageFolder } = context;
  if (packageFolder === undefined || !isLocalModule(declaration.module)) return;
  const path = relative(packageFolder, folder);
  if (!path.startsWith('..') && path !== '' && !/^[A-Za-z]:/.test(path)) return;
  const message = `Cannot load module "${declaration.name}": the flow that declares it came with a package and reaches outside of it (${declaration.module})`;
  throw new PhlowError('PHLOW_FLOW_INVALID', message, { place: placeOf(declaration.range) });
}
