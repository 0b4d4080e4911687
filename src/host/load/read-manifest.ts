import { fileURLToPath } from 'node:url';
import { errorCode, PhlowError } from '../../errors.js';
import { canBeSlow } from '../../manifest/bounded-check.js';
import {
  codesOf,
  manifestFrom,
  settingsFrom,
  type CheckAnswer,
  type CheckTask,
} from '../../manifest/checks-beside.js';
import { FuelError } from '../../manifest/fuel.js';
import { knownManifest } from '../../manifest/known-manifests.js';
import type { Manifest } from '../../manifest/manifest.js';
import { parseInTurns, parseManifest } from '../../manifest/parse.js';
import { additions } from '../../manifest/prototype-additions.js';
import { readManifestText } from '../../manifest/read.js';
import { validateWith } from '../../manifest/settings.js';
import type { ValueMap } from '../../values.js';
import { CheckPool } from '../executors/check-pool.js';
import { assertRoomForThread } from '../executors/process-limit.js';

/** What is read on the host's own thread: parsing a larger text alone takes some milliseconds. */
const MAX_LENGTH_HERE = 8_192;
/** What one part of a check, or the check of settings, may take there: some 20 ms. */
const MAX_STEPS_HERE = 800_000;

const CHECK_FILE = fileURLToPath(
  new URL('../../../workers/runtime/manifest-check.bundle.cjs', import.meta.url),
);
const IDLE_MS = 1_000;
/** A manifest has 64 KiB; what is made of one that multiplies fits in here, or it is refused. */
const MAX_HEAP_MB = 512;

const pool = new CheckPool({
  filename: CHECK_FILE,
  idleTimeout: IDLE_MS,
  resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
});

/**
 * Reads the manifest at `path`.
 *
 * @throws PhlowError PHLOW_MANIFEST_UNREADABLE when there is no such file or it cannot be read; PHLOW_MANIFEST_INVALID.
 */
export async function readManifest(path: string, signal?: AbortSignal): Promise<Manifest> {
  return checkManifest(await readManifestText(path), path, signal);
}

/**
 * Turns the text of a manifest into one: here where that takes little, beside the host's thread where it may take long. Rejects with
 * PHLOW_MANIFEST_INVALID and the place of the first problem, and with the signal's reason.
 */
export async function checkManifest(text: string, file: string, signal?: AbortSignal): Promise<Manifest> {
  const known = knownManifest(text, file);
  if (known !== undefined) return known;
  const read = text.length <= MAX_LENGTH_HERE ? await parseInTurns(text, file, MAX_STEPS_HERE) : undefined;
  if (read !== undefined) return read;
  signal?.throwIfAborted();
  const answer = await ask({ text, file, additions: additions() }, signal);
  return answer === undefined ? parseManifest(text, file) : manifestFrom(answer, text, file);
}

/** Checks a module's settings, here or beside. Rejects as `validateWith` throws, and with the signal's reason. */
export async function checkSettings(
  manifest: Manifest,
  given: unknown,
  signal?: AbortSignal,
): Promise<ValueMap> {
  const { name, with: schema } = manifest;
  try {
    return validateWith(manifest, given, MAX_STEPS_HERE);
  } catch (error) {
    if (!(error instanceof PhlowError && error.cause instanceof FuelError)) throw error;
  }
  const code = schema && canBeSlow(schema) ? codesOf(schema) : undefined;
  const task = { manifest: { name, with: schema }, code, given, additions: additions() };
  const answer = await ask(task, signal);
  return answer === undefined ? validateWith(manifest, given) : settingsFrom(answer);
}

/** Asks a thread; undefined where the machine has no thread left, and the caller has to do the work itself. */
async function ask(task: CheckTask, signal: AbortSignal | undefined): Promise<CheckAnswer | undefined> {
  try {
    assertRoomForThread();
    return (await pool.run(task, signal)) as CheckAnswer;
  } catch (error) {
    signal?.throwIfAborted();
    if (errorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY') {
      const what =
        'text' in task
          ? `Cannot read the manifest ${task.file}`
          : `Cannot check the settings of module "${task.manifest.name}"`;
      const code = 'text' in task ? 'PHLOW_MANIFEST_INVALID' : 'PHLOW_WITH_INVALID';
      throw new PhlowError(code, `${what}: checking it takes more than ${MAX_HEAP_MB} MB of memory`, {
        cause: error,
      });
    }
    pool.drop();
    return undefined;
  }
}
