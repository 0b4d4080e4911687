import { relative, resolve } from 'node:path';
import type { SourceLocation } from '../../code-frame.js';
import { PhlowError } from '../../errors.js';
import { entryLinkError } from '../entry-link.js';
import { nameFrom } from '../snapshot/look-up.js';
import { Pace } from '../snapshot/list-tree.js';
import { dropPrivateFolder, newPrivateFolder } from '../snapshot/private-folder.js';
import { realFolder } from '../snapshot/unreadable.js';
import { SnapshotIndex, viewIntegrity, type Snapshot } from '../snapshot/snapshot.js';
import { takeSnapshot } from '../snapshot/take-snapshot.js';
import type { BundleJob, BundleOutcome } from './build.js';
import { BundleCache, bundleCacheFolder, isSafe, textIntegrity } from './bundle-cache.js';
import { bundlerRevision } from './bundler-revision.js';
import { isBundled } from './confine.js';
import { nameIn } from './complaint.js';
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
  /** What the module is made of; default: it is looked at now. */
  readonly snapshot?: Snapshot | undefined;
  /** Where bundles are kept; false for nowhere; default: a folder of the user's own. */
  readonly cacheFolder?: string | false;
  readonly deadlineMs?: number;
  /** Ends it: rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the reason why no bundles are kept. */
  readonly warn?: (message: string) => void;
}

const MAX_INPUT_BYTES = 64 * 1_048_576;
const MAX_OUTPUT_BYTES = 16 * 1_048_576;
const DEADLINE_MS = 30_000;

/**
 * Bundles a module, or takes the bundle of exactly these files from the cache. Throws PHLOW_LOAD_FAILED with the place in the author's
 * file for what cannot be bundled or cannot run in a compartment, and for files that change meanwhile.
 */
export async function bundleModule(options: BundleOptions): Promise<Bundle> {
  const installRoots = await Promise.all((options.installRoots ?? []).map(realFolder));
  const snapshot =
    options.snapshot ??
    (await takeSnapshot({ folder: options.folder, installRoots, signal: options.signal }));
  // Where it was when it was looked at: links on the way may lead elsewhere by now.
  const folder = snapshot.trees[0]?.folder ?? (await realFolder(options.folder));
  const entry = new SnapshotIndex(snapshot).find(resolve(folder, relative(options.folder, options.entry)));
  if (entry === undefined)
    throw (
      entryLinkError(options.module, options.folder, options.entry) ??
      failed(options.module, `${options.entry} is no file of the module's folder, or changed meanwhile`)
    );
  const key = JSON.stringify([
    bundlerRevision(),
    await viewIntegrity(snapshot, isBundled, new Pace(options.signal)),
    nameFrom(folder, entry.path),
    installRoots.map((root) => nameFrom(folder, root)),
  ]);
  const cache = cacheOf(options);
  const cached = await cache?.find(key);
  if (cached !== undefined) return { ...cached, integrity: textIntegrity(cached.code), folder };
  const outcome = await bundled(options, { folder, entry: entry.path, installRoots, snapshot });
  if (!outcome.ok) {
    const { message, place, limit } = outcome.complaint;
    const where = place === undefined ? '' : `${nameIn(folder, place.file)}: `;
    const why = limit === undefined ? '' : `; ${limitText(limit)}`;
    const met = limit === undefined ? {} : { code: LIMIT_CODE, data: { ...limit } };
    throw failed(options.module, `${where}${message}${why}`, place, met);
  }
  const { code, map, inputs } = outcome;
  await cache?.keep(key, { code, map }, inputs);
  return { code, map, integrity: textIntegrity(code), folder };
}

async function bundled(
  { module, deadlineMs = DEADLINE_MS, signal }: BundleOptions,
  what: Pick<BundleJob, 'folder' | 'entry' | 'installRoots' | 'snapshot'>,
): Promise<BundleOutcome> {
  const scratch = newPrivateFolder('scratch');
  if (scratch === undefined)
    throw failed(
      module,
      'there is no place for temporary files that only this user can write to; set TMPDIR',
    );
  const limits = { maxInputBytes: MAX_INPUT_BYTES, maxOutputBytes: MAX_OUTPUT_BYTES };
  try {
    return await runBundler({ ...what, ...limits, scratch }, { module, deadlineMs, signal });
  } finally {
    await dropPrivateFolder(scratch);
  }
}

let isMissingCacheReported = false;

/** Where bundles are kept. If there is no place for them, that is reported once; loading still works, only slower. */
function cacheOf({ cacheFolder, warn }: BundleOptions): BundleCache | undefined {
  if (cacheFolder === false) return undefined;
  if (cacheFolder !== undefined) return isSafe(cacheFolder) ? new BundleCache(cacheFolder) : undefined;
  const place = bundleCacheFolder();
  if ('folder' in place) return new BundleCache(place.folder);
  if (!isMissingCacheReported)
    warn?.(`bundles are not kept, so that each load bundles again: ${place.missing}`);
  isMissingCacheReported ||= warn !== undefined;
  return undefined;
}

function failed(module: string, reason: string, place?: SourceLocation, more: object = {}): PhlowError {
  return new PhlowError('PHLOW_LOAD_FAILED', `Cannot load module "${module}": ${reason}`, {
    place,
    details: { module, ...more },
  });
}
