import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readPlainFile } from '../../manifest/read-plain-file.js';
import { PHLOW_VERSION } from '../../version.js';
import { isMap } from '../../values.js';
import { isInside } from './inside.js';
import { textIntegrity } from '../text-integrity.js';

/** A bundle as it is kept. */
export interface CachedBundle {
  readonly code: string;
  readonly map: string;
}

/** The bundler takes no module of more. */
const LARGEST_MARKED_BYTES = 64 * 1_048_576;

/** Changes with everything but the module itself that decides what a bundle looks like. */
function bundlerRevision(): string {
  const esbuild = createRequire(import.meta.url)('esbuild/package.json') as { readonly version: string };
  return `phlow ${PHLOW_VERSION}, esbuild ${esbuild.version}, format 1`;
}

/**
 * Bundles on disk. An entry holds as long as every file that went into it has the same content and no folder on the way to one has gained
 * or lost a name (a new file could take another's place in the look-up).
 */
export class BundleCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The bundle of this entry file if it is still what bundling would give. */
  async find(entry: string, roots: readonly string[]): Promise<CachedBundle | undefined> {
    const key = keyOf(entry, roots);
    const stored = await readFile(this.#fileOf(key), 'utf8').catch(() => undefined);
    const data = stored === undefined ? undefined : parsed(stored);
    if (data?.key !== key || textIntegrity(data.code + data.map) !== data.integrity) return undefined;
    const marks = await marksOf(data.marks.map(([path]) => path));
    const isSame = data.marks.every(([, mark], i) => mark !== '' && mark === marks[i]?.[1]);
    return isSame ? { code: data.code, map: data.map } : undefined;
  }

  /** Keeps a bundle that was made of these files. */
  async keep(
    entry: string,
    roots: readonly string[],
    bundle: CachedBundle,
    inputs: readonly string[],
  ): Promise<void> {
    const key = keyOf(entry, roots);
    const marks = await marksOf(watched(inputs, roots));
    const { code, map } = bundle;
    const file = this.#fileOf(key);
    // Written aside and renamed, so that nobody reads half of it.
    const aside = `${file}.${randomUUID()}`;
    await writeFile(aside, JSON.stringify({ key, marks, integrity: textIntegrity(code + map), code, map }), {
      mode: 0o600,
    });
    await rename(aside, file);
  }

  #fileOf(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  }
}

interface Stored extends CachedBundle {
  readonly key: string;
  readonly integrity: string;
  readonly marks: readonly (readonly [string, string])[];
}

function parsed(text: string): Stored | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return isMap(data) && Array.isArray(data['marks']) ? (data as unknown as Stored) : undefined;
  } catch {
    // Half a file, or somebody's edit: as good as none.
    return undefined;
  }
}

function keyOf(entry: string, roots: readonly string[]): string {
  return JSON.stringify([bundlerRevision(), entry, roots]);
}

/** The files, the folders above them up to their root, and the package.json files there. */
function watched(inputs: readonly string[], roots: readonly string[]): readonly string[] {
  const paths = new Set<string>(inputs);
  for (const input of inputs) {
    const root = roots.find((candidate) => isInside(candidate, input));
    if (root === undefined) continue;
    for (let folder = dirname(input); isInside(root, folder); folder = dirname(folder)) {
      paths.add(folder);
      paths.add(join(folder, 'package.json'));
    }
  }
  return [...paths].sort();
}

/** What each path is at the moment; `absent` for none. */
function marksOf(paths: readonly string[]): Promise<(readonly [string, string])[]> {
  return Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) return [path, 'absent'] as const;
      if (found.isDirectory()) return [path, `folder ${found.ino} ${found.mtimeMs}`] as const;
      // What cannot be read is like nothing that was bundled.
      const content = await readPlainFile(path, LARGEST_MARKED_BYTES).catch(() => undefined);
      return [
        path,
        content === undefined ? '' : createHash('sha256').update(content).digest('base64'),
      ] as const;
    }),
  );
}
