import { isPhlowError, messageOf, PhlowError } from '../errors.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { findModule } from '../host/load/resolve.js';
import { readManifest } from '../host/load/read-manifest.js';
import type { FlowModule, FlowModuleParameter } from './flow-module.js';
import type { OpenContext } from './open-context.js';

/**
 * Takes the place of a module that is not loaded because tests mock it. Expressions know its parameters if its manifest can be found; a call
 * that gets past the mocks fails.
 */
export async function mockedModule(
  { declaration, baseDir }: { readonly declaration: ModuleDeclaration; readonly baseDir: string },
  context: OpenContext,
  cause: unknown,
): Promise<FlowModule> {
  const { name, module } = declaration;
  const dir = isLocalModule(module) ? baseDir : context.settings.packagesDir;
  const why = cause === undefined ? 'it is mocked and was not loaded' : messageOf(cause);
  return {
    name,
    isCallable: true,
    parameters: await parametersOf(module, dir),
    call: () =>
      Promise.reject(
        new PhlowError(
          'PHLOW_MODULE_DOWN',
          `Cannot call module "${name}", which this test does not mock: ${why}`,
          {
            cause,
            details: { module: name },
          },
        ),
      ),
    mainEnded: undefined,
    close: () => Promise.resolve(),
  };
}

async function parametersOf(module: string, baseDir: string): Promise<readonly FlowModuleParameter[]> {
  try {
    return (await readManifest(findModule(module, baseDir).manifestPath)).parameters;
  } catch (error) {
    // Not installed, or installed badly: nothing of it is needed while it is mocked.
    if (isPhlowError(error)) return [];
    throw error;
  }
}
