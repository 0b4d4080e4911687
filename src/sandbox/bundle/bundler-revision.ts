import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PHLOW_VERSION } from '../../version.js';
import { sdkFile, polyfillFolders } from './builtins.js';

const HERE = dirname(fileURLToPath(import.meta.url));
let revision: string | undefined;

/** Changes with everything but the module itself that decides what a bundle looks like: esbuild, the polyfills, the SDK and the code of this folder. */
export function bundlerRevision(): string {
  if (revision !== undefined) return revision;
  const esbuild = createRequire(import.meta.url)('esbuild/package.json') as { readonly version: string };
  const hash = createHash('sha256').update(`phlow ${PHLOW_VERSION}, esbuild ${esbuild.version}, format 2`);
  const ours = [HERE, join(HERE, 'inject'), dirname(sdkFile())];
  for (const folder of ours)
    for (const name of readdirSync(folder).sort())
      if (name.endsWith('.js')) hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  // Packages are replaced as a whole: their package.json shows which version is there.
  for (const folder of polyfillFolders()) {
    const file = join(folder, 'package.json');
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) hash.update(readFileSync(file));
  }
  revision = hash.digest('base64');
  return revision;
}

/** The name of a cache entry. */
export function cacheKeyDigest(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
