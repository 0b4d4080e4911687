import { fileURLToPath } from 'node:url';
import { builtInNames, readManifest } from '../../src/index.js';
import { BUILT_IN_MANIFESTS } from '../../src/manifest/built-in-modules.js';
import { declarationsOf, type DeclaredModule } from '../../src/manifest/types/declarations.js';

const ROOT = new URL('../../../', import.meta.url);

/** Where the types of the modules that ship with phlow are kept. */
export const BUILT_IN_TYPES = fileURLToPath(new URL('src/host/built-in-types.ts', ROOT));

/** What that file should say. */
export async function builtInTypes(): Promise<string> {
  const modules = await Promise.all(
    builtInNames().map(async (key): Promise<DeclaredModule> => {
      const file = fileURLToPath(new URL(BUILT_IN_MANIFESTS[key] ?? '', ROOT));
      return { key, manifest: await readManifest(file) };
    }),
  );
  const { namespaces, entries, imported } = declarationsOf(modules, false);
  return [
    '// Written by `npm run built-in-types` from the manifests of the modules that ship with phlow.',
    '',
    `import type { ${imported.join(', ')} } from '../values.js';`,
    '',
    '/** The types of the modules that ship with phlow. */',
    'export interface BuiltInTypes {',
    entries.replaceAll(/^ {2}/gm, ''),
    '}',
    '',
    namespaces,
    '',
  ].join('\n');
}
