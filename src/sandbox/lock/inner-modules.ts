import { dirname, join, relative, sep } from 'node:path';
import { isPhlowError, PhlowError } from '../../errors.js';
import type { Manifest } from '../../manifest/manifest.js';
import { manifestText } from '../../manifest/read.js';
import { compareText } from '../../values.js';
import { visibleLine } from '../../visible-text.js';
import { isInside } from '../snapshot/inside.js';
import { readVerified } from '../snapshot/read-verified.js';
import { SnapshotIndex, type Snapshot } from '../snapshot/snapshot.js';

/** A module in a folder of a package: what holds the package holds it, and what it asks for is accepted with the package. */
export interface InnerModule {
  /** The path of its folder below that of the package, with `/`. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** More than any package has in use; reading the manifests of a hostile one ends. */
const MAX_INNER_MODULES = 1_000;
const MANIFEST = /(?:^|\/)phlow\.yaml$/;

/**
 * The modules inside of a package, by the manifests below its own, by path: also those that a link of the package leads to. A manifest that is none
 * is left out, since nothing loads its module. Rejects with PHLOW_LOCK_MISMATCH for more than can be looked at, and PHLOW_LOAD_FAILED for files that change.
 *
 * @param read turns the text of a manifest into one
 */
export async function innerModules(
  snapshot: Snapshot,
  read: (text: string, file: string) => Promise<Manifest>,
): Promise<readonly InnerModule[]> {
  const paths = manifestsIn(snapshot);
  const own = snapshot.trees[0]?.folder ?? '';
  if (paths.length > MAX_INNER_MODULES) {
    const message = `Cannot look at the package in ${visibleLine(own)}: it has ${paths.length} modules inside, and no more than ${MAX_INNER_MODULES} are read; take out those that nobody uses`;
    throw new PhlowError('PHLOW_LOCK_MISMATCH', message, { details: { modules: paths.length } });
  }
  if (paths.length === 0) return [];
  const index = new SnapshotIndex(snapshot);
  const modules: InnerModule[] = [];
  for (const path of paths) {
    const at = join(own, path);
    const file = index.find(at);
    if (file === undefined) continue;
    const content = readVerified(file);
    try {
      const manifest = await read(manifestText(content, at), at);
      modules.push({ path: dirname(path).split(sep).join('/'), manifest });
    } catch (error) {
      if (!isPhlowError(error) || !/^PHLOW_MANIFEST_/.test(error.code)) throw error;
    }
  }
  return modules;
}

/** The manifests below the package's own, in files and links of its folder and behind its links to folders. */
function manifestsIn({ trees: [own, ...others] }: Snapshot): readonly string[] {
  const entries = own?.entries ?? [];
  const inside = entries.filter(({ path }) => path !== 'phlow.yaml' && MANIFEST.test(path));
  const files = [...(own === undefined ? [] : [own]), ...others].flatMap(({ folder, entries: names }) =>
    names.filter(({ path }) => MANIFEST.test(path)).map(({ path }) => join(folder, path)),
  );
  const linked = entries.flatMap((entry) => {
    const to = entry.kind === 'link' ? entry.to : undefined;
    if (to === undefined || own === undefined || MANIFEST.test(entry.path)) return [];
    // What lies in the package itself is found by the path that it has there.
    const there = files.filter((file) => isInside(to, file) && !isInside(own.folder, file));
    return there.map((file) => join(entry.path, relative(to, file)));
  });
  return [...new Set([...inside.map(({ path }) => path), ...linked])].sort(compareText);
}
