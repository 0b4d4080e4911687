import { currentFolder } from '../../current-folder.js';
import { declarationFile, type DeclaredModule } from '../../manifest/types/declarations.js';
import { readManifest } from './read-manifest.js';
import { findModule } from './resolve.js';

/** The text of a declaration file, and what is in it. */
export interface ModuleDeclarations {
  readonly text: string;
  /** The modules by what they are loaded by, in the order of the file. */
  readonly modules: readonly string[];
}

/**
 * Says in TypeScript what the manifests of modules say: types of settings, inputs and outputs, for `host.load` and all that comes of it. Starts nothing.
 * Rejects with PHLOW_MODULE_NOT_FOUND, PHLOW_MANIFEST_UNREADABLE and PHLOW_MANIFEST_INVALID.
 *
 * @param namesOrPaths as the application writes them in `host.load`
 */
export async function moduleTypes(
  namesOrPaths: readonly string[],
  options: { readonly baseDir?: string } = {},
): Promise<ModuleDeclarations> {
  const { baseDir = currentFolder() } = options;
  const modules: DeclaredModule[] = [];
  for (const key of new Set(namesOrPaths)) {
    const manifest = await readManifest(findModule(key, baseDir).manifestPath);
    modules.push({ key, manifest });
  }
  return { text: declarationFile(modules), modules: modules.map(({ key }) => key) };
}
