import { dirname, join, resolve } from 'node:path';
import { build, type BuildFailure, type BuildOptions, type Message } from 'esbuild';
import type { BundleInput } from './bundle-cache.js';
import { injectedGlobals } from './builtins.js';
import { isMap } from '../../values.js';
import { CompartmentCodeError, compartmentCode } from './compartment-code.js';
import type { CompartmentLimit } from './compartment-limit.js';
import { plainReason, type Complaint } from './complaint.js';
import { confine } from './confine.js';
import { isInside } from '../snapshot/inside.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { LaidOut } from './laid-out.js';
import { SourceLocations } from './stack-mapper.js';
import { isPhlowError } from '../../errors.js';

/** What is to be bundled; plain data. */
export interface BundleJob {
  /** The module's folder, without links. */
  readonly folder: string;
  /** The entry file, absolute, without links. */
  readonly entry: string;
  /** Folders besides the module's own that its packages may come from, without links. */
  readonly installRoots: readonly string[];
  /** What the module is made of: nothing else gets in. */
  readonly snapshot: Snapshot;
  /** An empty folder of this job alone, in which the bundler looks things up. */
  readonly scratch: string;
  readonly maxInputBytes: number;
  readonly maxOutputBytes: number;
}

/** What came of it; plain data. */
export type BundleOutcome =
  | {
      readonly ok: true;
      readonly code: string;
      readonly map: string;
      /** The files of the module that went in, with their hashes. */
      readonly inputs: readonly BundleInput[];
    }
  | { readonly ok: false; readonly complaint: Complaint };

/**
 * Bundles a module into one text for a compartment. Nothing that the module brings has a say in how: no bundler configuration and no tsconfig is read, and
 * of source maps only those that lie beside the module's own files, for the places in errors. Never rejects for something that is wrong with the module.
 */
export async function buildBundle(job: BundleJob): Promise<BundleOutcome> {
  const { folder } = job;
  let files: LaidOut;
  try {
    files = new LaidOut(job.snapshot, job.scratch);
  } catch (error) {
    if (isPhlowError(error)) return refused(error.message);
    throw error;
  }
  const roots = [folder, ...job.installRoots].map((root) => files.placed(root));
  const laidOut = files.placed(folder);
  try {
    const result = await build({
      ...SETTINGS,
      absWorkingDir: laidOut,
      entryPoints: [files.placed(job.entry)],
      outfile: join(laidOut, 'bundle.js'),
      inject: [...injectedGlobals()],
      plugins: [confine({ roots, files, maxInputBytes: job.maxInputBytes })],
    });
    const mistaken = takenForEsModule(result.warnings, folder, files);
    if (mistaken !== undefined) return { ok: false, complaint: mistaken };
    const texts = new Map(
      result.outputFiles.map(({ path, text }) => [path.endsWith('.map') ? 'map' : 'code', text]),
    );
    const code = texts.get('code') ?? '';
    const map = texts.get('map') ?? '';
    const pattern = patternThatLeadsOut(code, folder);
    if (pattern !== undefined) return refused(pattern);
    if (code.length > job.maxOutputBytes)
      return refused(`its bundle has more than ${job.maxOutputBytes} bytes`);
    return finished(code, map, folder, files);
  } catch (error) {
    if (isBuildFailure(error)) return { ok: false, complaint: complaintOf(error, folder, files) };
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
    'import.meta.dirname': '"/module"',
    'import.meta.filename': '"/module/index.js"',
    'process.env.NODE_ENV': '"production"',
  },
} as const satisfies BuildOptions;

function finished(code: string, map: string, folder: string, files: LaidOut): BundleOutcome {
  try {
    return { ok: true, code: compartmentCode(code), map, inputs: files.used(folder) };
  } catch (error) {
    if (!(error instanceof CompartmentCodeError)) throw error;
    const before = code.slice(0, error.offset);
    const line = before.split('\n').length;
    const found = SourceLocations.ofText(map, folder).find(line, before.length - before.lastIndexOf('\n'));
    const place =
      found === undefined ? undefined : files.placeOf(folder, found.file, found.line, found.column);
    return { ok: false, complaint: { message: error.message, place, limit: error.limit } };
  }
}

/** CommonJS in a file that a package.json makes an ES module: it would come out empty. Node's own loader refuses it too. */
function takenForEsModule(
  warnings: readonly Message[],
  folder: string,
  files: LaidOut,
): Complaint | undefined {
  const warning = warnings.find(
    ({ id, notes }) =>
      id === 'commonjs-variable-in-esm' && notes[0]?.text.includes('"package.json"') === true,
  );
  const { location, notes } = warning ?? {};
  if (location === undefined || location === null) return undefined;
  const says = resolve(folder, notes?.[0]?.location?.file ?? 'package.json');
  return {
    message: `it is written as CommonJS, and ${says} makes it an ES module ("type": "module"): name it .cjs, or put a package.json with "type": "commonjs" into the module's folder`,
    place: files.placeOf(folder, location.file, location.line, location.column + 1, location.length),
  };
}

/** An import by a pattern finds files of the module only; one that asks for others is an error instead of finding none. */
function patternThatLeadsOut(code: string, folder: string): string | undefined {
  for (const [, what = '', pattern = '', file = ''] of code.matchAll(
    /^\/\/ (\w+)\("([^"\n]*)"\) in ([^\n]+)$/gm,
  ))
    if (!isInside(folder, resolve(folder, dirname(file), pattern.replace(/\*.*$/s, ''))))
      return `${file}: ${what}(${JSON.stringify(pattern)}) is outside of the module's folder, which is all that a module may be made of`;
  return undefined;
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

function complaintOf(failure: BuildFailure, folder: string, files: LaidOut): Complaint {
  const [first] = failure.errors;
  if (first === undefined) return { message: failure.message, place: undefined };
  const { location } = first;
  // What our own plugin refuses brings its limit along.
  const limit = isLimit(first.detail) ? first.detail : undefined;
  const isOfFile = location !== null && !location.file.startsWith('phlow');
  return {
    ...(limit === undefined ? {} : { limit }),
    ...reasonOf(first.text, files),
    place: isOfFile
      ? files.placeOf(folder, location.file, location.line, location.column + 1, location.length)
      : undefined,
  };
}

/** The bundler's reason, with the author's own paths. */
function reasonOf(text: string, files: LaidOut): Omit<Complaint, 'place'> {
  const reason = plainReason(text);
  return { ...reason, message: reason.message.replaceAll(files.base, '') };
}
