import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PhlowError } from '../../errors.js';
import type { BundleJob } from './build.js';
import { BundleCache } from './bundle-cache.js';
import { bundleCacheFolder } from './cache-folder.js';
import { nameIn } from './complaint.js';
import { textIntegrity } from '../text-integrity.js';
import { LIMIT_CODE, limitText } from './compartment-limit.js';
import { runBundler } from './run-bundler.js';

/** A module as one text for a compartment. */
export interface Bundle {
  /** The body of a CommonJS function `(module, exports, require)`; it never calls `require` for anything that exists. */
  readonly code: string;
  /** Its source map as JSON text, for `stackMapper`; never for the module. */
  readonly map: string;
  /** `sha512-…` of the code. */
  readonly integrity: string;
  /** The real path of the module's folder, which the map is relative to. */
  readonly folder: string;
}

/** What to bundle. */
export interface BundleOptions {
  /** The module's name, for messages. */
  readonly module: string;
  /** The module's folder: nothing outside of it gets into the bundle. */
  readonly folder: string;
  /** The entry file, absolute. */
  readonly entry: string;
  /** Folders besides the module's own that its npm packages may come from, such as `phlow_packages/node_modules`. */
  readonly installRoots?: readonly string[];
  /** Where bundles are kept; false for nowhere; default: a folder of the user's own. */
  readonly cacheFolder?: string | false;
  readonly deadlineMs?: number;
}

const MOST_INPUT_BYTES = 64 * 1_048_576;
const MOST_OUTPUT_BYTES = 16 * 1_048_576;
const DEADLINE_MS = 30_000;

/**
 * Bundles a module, or takes the bundle from the cache when nothing has changed. Throws PHLOW_LOAD_FAILED with the place in the author's
 * file for what cannot be bundled or cannot run in a compartment.
 */
export async function bundleModule(options: BundleOptions): Promise<Bundle> {
  const folder = await realpath(options.folder);
  const entry = await realpath(options.entry);
  const installRoots = await Promise.all((options.installRoots ?? []).map((root) => realpath(root)));
  const roots = [folder, ...installRoots];
  const cacheFolder = options.cacheFolder ?? bundleCacheFolder();
  const cache = typeof cacheFolder === 'string' ? new BundleCache(cacheFolder) : undefined;
  const cached = await cache?.find(entry, roots);
  if (cached !== undefined) return { ...cached, integrity: textIntegrity(cached.code), folder };
  const job: BundleJob = {
    folder,
    entry,
    installRoots,
    maxInputBytes: MOST_INPUT_BYTES,
    maxOutputBytes: MOST_OUTPUT_BYTES,
  };
  const outcome = await runBundler(job, options.module, options.deadlineMs ?? DEADLINE_MS);
  if (!outcome.ok) {
    const { message, place, limit } = outcome.complaint;
    const where = place === undefined ? '' : `${nameIn(folder, place.file)}: `;
    const why = limit === undefined ? '' : `; ${limitText(limit)}`;
    throw new PhlowError(
      'PHLOW_LOAD_FAILED',
      `Cannot load module "${options.module}": ${where}${message}${why}`,
      {
        place,
        details: {
          module: options.module,
          ...(limit === undefined ? {} : { code: LIMIT_CODE, data: { ...limit } }),
        },
      },
    );
  }
  const { code, map } = outcome;
  const inputs = outcome.inputs
    .filter((input) => !/^[a-z-]+:/.test(input))
    .map((input) => resolve(folder, input));
  await cache?.keep(entry, roots, { code, map }, inputs);
  return { code, map, integrity: textIntegrity(code), folder };
}
