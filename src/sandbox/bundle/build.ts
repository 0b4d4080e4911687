import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type BuildFailure, type BuildOptions, type Message } from 'esbuild';
import { injectedGlobals } from './builtins.js';
import { isMap } from '../../values.js';
import { CompartmentCodeError, compartmentCode } from './compartment-code.js';
import type { CompartmentLimit } from './compartment-limit.js';
import { placeIn, plainReason, type Complaint } from './complaint.js';
import { confine } from './confine.js';
import { oddSettings } from './odd-settings.js';
import { SourcePlaces } from './source-places.js';

/** What is to be bundled; plain data. */
export interface BundleJob {
  /** The module's folder. */
  readonly folder: string;
  /** The entry file, absolute. */
  readonly entry: string;
  /** Folders besides the module's own that its packages may come from. */
  readonly installRoots: readonly string[];
  readonly maxInputBytes: number;
  readonly maxOutputBytes: number;
}

/** What came of it; plain data. */
export type BundleOutcome =
  | { readonly ok: true; readonly code: string; readonly map: string; readonly inputs: readonly string[] }
  | { readonly ok: false; readonly complaint: Complaint };

/**
 * Bundles a module into one text for a compartment. Nothing that the module brings has a say in how: no bundler configuration, no tsconfig,
 * no source map of its own is read. Never rejects for something that is wrong with the module.
 */
export async function buildBundle(job: BundleJob): Promise<BundleOutcome> {
  const folder = await realpath(job.folder);
  const roots = [folder, ...(await Promise.all(job.installRoots.map((root) => realpath(root))))];
  const [odd] = await oddSettings(folder);
  if (odd !== undefined) return refused(odd);
  try {
    const result = await build({
      ...SETTINGS,
      absWorkingDir: folder,
      entryPoints: [await realpath(job.entry)],
      outfile: join(folder, 'bundle.js'),
      inject: [...injectedGlobals()],
      plugins: [confine({ roots, maxInputBytes: job.maxInputBytes })],
    });
    const mistaken = takenForEsModule(result.warnings, folder);
    if (mistaken !== undefined) return { ok: false, complaint: mistaken };
    const texts = new Map(
      result.outputFiles.map(({ path, text }) => [path.endsWith('.map') ? 'map' : 'code', text]),
    );
    const code = texts.get('code') ?? '';
    const map = texts.get('map') ?? '';
    if (code.length > job.maxOutputBytes)
      return refused(`its bundle has more than ${job.maxOutputBytes} bytes`);
    return finished(code, map, folder, Object.keys(result.metafile.inputs));
  } catch (error) {
    if (isBuildFailure(error)) return { ok: false, complaint: complaintOf(error, folder) };
    throw error;
  }
}

const SETTINGS = {
  bundle: true,
  write: false,
  metafile: true,
  logLevel: 'silent',
  format: 'cjs',
  platform: 'browser',
  target: 'es2022',
  // Static import() becomes require(), which finds what is in the bundle; no import expression is left.
  supported: { 'dynamic-import': false },
  charset: 'utf8',
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  // Any text here, and the module's own tsconfig files are not read.
  tsconfigRaw: '{}',
  define: {
    global: 'globalThis',
    self: 'globalThis',
    __dirname: '"/module"',
    __filename: '"/module/index.js"',
    'import.meta.url': '"file:///module/index.js"',
    'process.env.NODE_ENV': '"production"',
  },
} as const satisfies BuildOptions;

function finished(code: string, map: string, folder: string, inputs: readonly string[]): BundleOutcome {
  try {
    return { ok: true, code: compartmentCode(code), map, inputs };
  } catch (error) {
    if (!(error instanceof CompartmentCodeError)) throw error;
    const before = code.slice(0, error.offset);
    const line = before.split('\n').length;
    const found = new SourcePlaces(map, folder).find(line, before.length - before.lastIndexOf('\n'));
    const place = found === undefined ? undefined : placeIn(folder, found.file, found.line, found.column);
    return { ok: false, complaint: { message: error.message, place, limit: error.limit } };
  }
}

/** CommonJS in a file that a package.json makes an ES module: it would come out empty. Node's own loader refuses it too. */
function takenForEsModule(warnings: readonly Message[], folder: string): Complaint | undefined {
  const warning = warnings.find(
    ({ id, notes }) =>
      id === 'commonjs-variable-in-esm' && notes[0]?.text.includes('"package.json"') === true,
  );
  const { location, notes } = warning ?? {};
  if (location === undefined || location === null) return undefined;
  const says = resolve(folder, notes?.[0]?.location?.file ?? 'package.json');
  return {
    message: `it is written as CommonJS, and ${says} makes it an ES module ("type": "module"): name it .cjs, or put a package.json with "type": "commonjs" into the module's folder`,
    place: placeIn(folder, location.file, location.line, location.column + 1, location.length),
  };
}

function refused(message: string): BundleOutcome {
  return { ok: false, complaint: { message, place: undefined } };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function isLimit(detail: unknown): detail is CompartmentLimit {
  return isMap(detail) && typeof detail['limit'] === 'string' && typeof detail['level'] === 'string';
}

function complaintOf(failure: BuildFailure, folder: string): Complaint {
  const [first] = failure.errors;
  if (first === undefined) return { message: failure.message, place: undefined };
  const { location } = first;
  // What our own plugin refuses brings its limit along.
  const limit = isLimit(first.detail) ? first.detail : undefined;
  const isOfFile = location !== null && !location.file.startsWith('phlow');
  return {
    ...(limit === undefined ? {} : { limit }),
    ...plainReason(first.text),
    place: isOfFile
      ? placeIn(folder, location.file, location.line, location.column + 1, location.length)
      : undefined,
  };
}
