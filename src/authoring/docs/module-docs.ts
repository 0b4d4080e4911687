import { basename } from 'node:path';
import { currentFolder } from '../../current-folder.js';
import { PhlowError } from '../../errors.js';
import { readManifest } from '../../host/load/read-manifest.js';
import { findModule, type Found } from '../../host/load/resolve.js';
import { boundedRun } from '../../manifest/bounded-run.js';
import { htmlOf } from './html.js';
import { markdownOf } from './markdown.js';
import { modulePage } from './module-page.js';

/** What the examples of one page may take to be made and checked: a second or two. */
const MAX_STEPS = 50_000_000;

/** A reference page. */
export interface ModuleDocs {
  /** The name in the manifest. */
  readonly name: string;
  readonly text: string;
}

/** Where the module is, and as what the page is written. */
export interface ModuleDocsOptions {
  readonly baseDir?: string;
  /** Default `markdown`. */
  readonly format?: 'markdown' | 'html';
}

/**
 * The reference page of a module, from its manifest alone: the same manifest is always the same page. Starts nothing. Rejects with PHLOW_MODULE_NOT_FOUND,
 * PHLOW_MANIFEST_UNREADABLE and PHLOW_MANIFEST_INVALID.
 *
 * @param nameOrPath as for `host.load`
 */
export async function moduleDocs(nameOrPath: string, options: ModuleDocsOptions = {}): Promise<ModuleDocs> {
  const { baseDir = currentFolder(), format = 'markdown' } = options;
  const found = findModule(nameOrPath, baseDir);
  const manifest = await readManifest(found.manifestPath);
  const page = boundedRun(
    () => modulePage(manifest, keyOf(nameOrPath, found)),
    MAX_STEPS,
    (reason, cause) =>
      new PhlowError('PHLOW_MANIFEST_INVALID', `Cannot document the module "${manifest.name}": ${reason}`, {
        cause,
        place: manifest.placeOf(''),
      }),
  );
  return { name: manifest.name, text: format === 'html' ? htmlOf(page) : markdownOf(page) };
}

/** How the page names the module: not by a path of this machine. */
function keyOf(nameOrPath: string, { origin, folder }: Found): string {
  return origin === 'application' ? `./${basename(folder)}` : nameOrPath;
}
