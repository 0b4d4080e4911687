import { realpathSync } from 'node:fs';
import { messageOf } from '../../errors.js';
import { isLocalModule } from '../../flow/document/read-modules.js';
import type { Host } from '../../host/host.js';
import type { LoadEntry } from '../../host/module-types.js';
import { installRootsOf } from '../../host/load/module-sources.js';
import type { Module } from '../../host/module-types.js';
import { findModule } from '../../host/load/resolve.js';
import { findFlow } from '../../runtime/flow-source.js';
import { runFlowTests } from '../../runtime/tests/test-flow.js';
import type { Grant } from '../../sandbox/grants.js';
import { textOf } from '../../values.js';
import { visibleLine } from '../../visible-text.js';
import type { PermissionUse } from '../../sandbox/permission-table.js';
import type { Examined } from '../examine.js';
import { learningGrant } from './learning-grant.js';
import { permissionsFor, type LearningPlaces, type Need } from './needs.js';
import { testFileName, type Samples } from './samples.js';

/** What stays the same in all trial runs of a module that is being learnt from. */
export interface Lesson {
  readonly examined: Examined;
  /** The folder with `phlow_packages`. */
  readonly baseDir: string;
  readonly settings: unknown;
  readonly samples: Samples;
  readonly places: LearningPlaces;
  readonly owner: Grant;
  /** All trial runs share one host: it has a container at hand when the next one starts. */
  readonly host: Host;
}

/** What became of one sample: a reply as text, a case that passed, or why not. */
export interface SampleOutcome {
  readonly name: string;
  readonly error: string | undefined;
  /** The reply of an input; undefined for cases of tests, which judge for themselves. */
  readonly reply: string | undefined;
}

/** What came of one trial run. */
export interface TrialResult {
  readonly outcomes: readonly SampleOutcome[];
  /** Why the module could not be loaded for the inputs. */
  readonly loadError: unknown;
}

/** Runs all samples in a fresh instance of the module, which is granted the needs and nothing else. */
export async function trialRun(
  lesson: Lesson,
  needs: readonly Need[],
  record: (use: PermissionUse) => void,
): Promise<TrialResult> {
  const { samples } = lesson;
  for (const { permission, target } of needs) if (permission === 'modules') await loadIfThere(target, lesson);
  const entry = entryFor(lesson, needs, record);
  const { outcomes, loadError } = await sendInputs(entry, lesson);
  const cases: SampleOutcome[] = [];
  for (const file of samples.tests) cases.push(...(await runTestFile(file, entry, lesson)));
  return { outcomes: [...outcomes, ...cases], loadError };
}

function entryFor(lesson: Lesson, needs: readonly Need[], record: (use: PermissionUse) => void): LoadEntry {
  const { examined, places, owner, baseDir } = lesson;
  const { found, manifest } = examined;
  const asked = permissionsFor(needs, manifest.permissions);
  return {
    module: found.origin === 'builtin' ? found.name : found.folder,
    // Where the data folder is.
    baseDir: places.scratch,
    isolation: places.level,
    installRoots: installRootsOf(found, undefined, baseDir),
    permissions: places.level === 'guarded' ? { ...asked, env: [...asked.env, 'TMPDIR'] } : asked,
    grant: learningGrant(needs, places, owner),
    replicas: 1,
    restart: 'never',
    // A reply that nobody waits for any more: an interrupt would wait for a loop to end.
    drainTimeoutMs: 0,
    onPermissionUse: record,
  };
}

async function sendInputs(
  { module: nameOrPath, ...options }: LoadEntry,
  { host, examined, samples, settings }: Lesson,
): Promise<TrialResult> {
  if (samples.inputs.length === 0) return { outcomes: [], loadError: undefined };
  let module: Module;
  try {
    module = await host.load(nameOrPath, {
      ...options,
      name: `${examined.found.name} (learning)`,
      with: settings,
    });
  } catch (error) {
    return { outcomes: samples.inputs.map(({ name }) => failed(name, error)), loadError: error };
  }
  const outcomes: SampleOutcome[] = [];
  for (const { name, input } of samples.inputs) {
    const outcome = await module.call(input).then(
      (reply) => ({ name, error: undefined, reply: textOf(reply) }),
      (error: unknown) => failed(name, error),
    );
    outcomes.push(outcome);
  }
  await module.close();
  return { outcomes, loadError: undefined };
}

/** The cases of one file, in which the module is loaded as it is learnt, whatever the flow says of it. */
async function runTestFile(
  file: string,
  entry: LoadEntry,
  { host, examined, baseDir }: Lesson,
): Promise<readonly SampleOutcome[]> {
  const name = testFileName(file, examined.found.folder);
  try {
    const report = await runFlowTests(
      findFlow(file),
      {
        host,
        packagesDir: baseDir,
        log: () => undefined,
      },
      {
        loadAs: (module, from) => (isSame(module, from, baseDir, examined) ? entry : undefined),
      },
    );
    return report.results.map(({ passed, message, case: { title } }) => ({
      name: visibleLine(`${name}: ${title}`),
      error: passed ? undefined : visibleLine(message),
      reply: undefined,
    }));
  } catch (error) {
    return [failed(name, error)];
  }
}

/** True when a flow means the module that is being learnt from. */
function isSame(module: string, from: string, baseDir: string, { found }: Examined): boolean {
  try {
    const other = findModule(module, isLocalModule(module) ? from : baseDir);
    return realpathSync(other.manifestPath) === realpathSync(found.manifestPath);
  } catch {
    // Not there: loading it reports that.
    return false;
  }
}

function failed(name: string, error: unknown): SampleOutcome {
  return { name, error: visibleLine(messageOf(error)), reply: undefined };
}

/** A module that is called has to be there; if it cannot be loaded, the call fails, and the failure is reported. */
async function loadIfThere(name: string, { host, baseDir }: Lesson): Promise<void> {
  // The module chose this text: only a plain name may load something, never a path.
  if (host.modules.has(name) || !/^(?:@\w[\w.-]*\/)?\w[\w.-]*$/.test(name)) return;
  await host.load(name, { baseDir, grant: {} }).catch(() => undefined);
}
