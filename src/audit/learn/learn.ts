import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { messageOf, PhlowError } from '../../errors.js';
import { installRootsOf } from '../../host/load/module-sources.js';
import { entryUrl } from '../../host/load/resolve.js';
import type { IsolationLevel } from '../../manifest/isolation.js';
import type { Permissions } from '../../manifest/manifest.js';
import { findScript } from '../../runtime/find-script.js';
import { bundleModule } from '../../sandbox/bundle/bundle-module.js';
import { readGrant } from '../../sandbox/grants.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import { examine, examineWhole, type Examined, type ExaminedWhole, type LockWord } from '../examine.js';
import { standingOf } from '../standing.js';
import { scratchFolder } from '../scratch-folder.js';
import { openHost } from './interruptible-host.js';
import { madeUpNames } from './learning-grant.js';
import { Needs, permissionsFor, widened, type LearningPlaces, type Need } from './needs.js';
import { trialRun, type Lesson, type TrialResult, type SampleOutcome } from './trial-run.js';
import { permissionsBlock, withPermissionsBlock } from './permissions-block.js';
import { permissionsInCode } from './permissions-in-code.js';
import { samplesFor, type GivenSamples } from './samples.js';
import { cautionOf } from './sensitive.js';
import { currentFolder } from '../../current-folder.js';

/**
 * The parts that are needed: without any one half of the others, and so on down to single parts, `isEnough` no longer holds. Tries at most two
 * times as many sets as there are parts; once `budget` tries are used up, what has not been tried stays.
 *
 * @param isEnough whether a set does as well as all parts together.
 */
async function smallest<Part>(
  parts: readonly Part[],
  isEnough: (parts: readonly Part[]) => Promise<boolean>,
  budget: number,
): Promise<readonly Part[]> {
  let kept = parts;
  let left = budget;
  const without = async (group: readonly Part[]): Promise<void> => {
    if (group.length === 0 || left <= 0) return;
    left--;
    const rest = kept.filter((part) => !group.includes(part));
    if (await isEnough(rest)) kept = rest;
    else if (group.length > 1) {
      const middle = Math.ceil(group.length / 2);
      await without(group.slice(0, middle));
      await without(group.slice(middle));
    }
  };
  await without(parts);
  return kept;
}

/** What to learn from; without inputs and tests, the module's own examples and `*.test.phlow` flows. */
export interface LearnOptions extends GivenSamples {
  /** The folder with `phlow_packages`; default: the current one. */
  readonly baseDir?: string;
  readonly with?: unknown;
  /** Where it runs. `guarded` is for modules that use Node.js directly: what Node refuses is noted there. Default `isolated`. */
  readonly isolation?: LearningPlaces['level'];
  /** What it may use without thinking: secrets, private addresses, paths of the machine. The shape of a grant. Default: none of them. */
  readonly grant?: unknown;
  /** True: the module's phlow.yaml gets the block, if nothing failed. */
  readonly write?: boolean;
  /** Most times the module is run again with what was learnt so far. Default 20. */
  readonly maxRounds?: number;
  /** Ends it: rejects with the signal's reason once what was started has ended. */
  readonly signal?: AbortSignal | undefined;
}

/** What was learnt. */
export interface Learnt {
  readonly module: string;
  readonly level: LearningPlaces['level'];
  /** The `permissions:` block; undefined when the module needs none. */
  readonly block: string | undefined;
  readonly permissions: Permissions;
  /** How the module stood to its lock file before: `none` where none concerns it. */
  readonly lock: LockWord;
  /** What accepts the module as it is now; undefined where it is what its lock file accepted, or where none concerns it. */
  readonly accept: string | undefined;
  /** The manifest that was written, if any. */
  readonly written: string | undefined;
  /** How many inputs and test cases were run. */
  readonly samples: number;
  /** How many times the module was started to find what it needs, and then to find what it can do without. */
  readonly rounds: number;
  readonly trials: number;
  /** Inputs and test cases that failed even with everything that was learnt. */
  readonly failures: readonly { readonly sample: string; readonly error: string }[];
  /** What it tried or has in its code, though all went as well without. */
  readonly unneeded: readonly string[];
  /** What it tried and what is never granted by learning. */
  readonly refused: readonly string[];
  /** What in the block an owner should look at twice. */
  readonly cautions: readonly string[];
  /** Variables that had a made-up value while it ran. */
  readonly madeUp: readonly string[];
}

const ROUNDS = 20;
const TRIALS = 60;

/**
 * Finds the smallest `permissions:` block with which a module's samples go as well as with all that it asks for: runs it with nothing granted,
 * notes what it is refused, grants that and runs it again until nothing new comes up; then leaves out what makes no difference. What it writes
 * goes to a scratch folder; requests to public addresses are really sent. It sees no secret, no private address and no path of the machine unless
 * `grant` names them. Throws PHLOW_USAGE without anything to run, PHLOW_OPTION_INVALID, and why the module cannot be loaded.
 */
export async function learn(nameOrPath: string, options: LearnOptions): Promise<Learnt> {
  const { baseDir = currentFolder(), isolation = 'isolated', maxRounds = ROUNDS } = options;
  const examined = await examine(nameOrPath, baseDir);
  const { manifest, found } = examined;
  assertLearnable(isolation, manifest.name);
  assertNoFlow(found, baseDir);
  const samples = await samplesFor(examined, options);
  const before = await examineWhole(nameOrPath, baseDir);
  const { lock } = standingOf(before);
  const owner = readGrant(options.grant, manifest.name);
  const scratch = await scratchFolder('learn');
  const opened = await openHost(options.signal);
  const { host } = opened;
  try {
    const places = { folder: await realpath(found.folder), scratch, level: isolation };
    const lesson: Lesson = { examined, baseDir, settings: options.with, samples, places, owner, host };
    const needs = new Needs(places, owner);
    for (const need of await needsInCode(before, places, baseDir)) needs.take(need);

    let result: TrialResult | undefined;
    let rounds = 0;
    for (let isNew = true; isNew && rounds < maxRounds; rounds++) {
      isNew = false;
      assertGoingOn(options.signal);
      result = await trialRun(lesson, needs.all(), (use) => {
        if (needs.add(use)) isNew = true;
      });
    }
    assertGoingOn(options.signal);
    if (result?.loadError instanceof Error) throw result.loadError;

    const all = needs.all();
    const trial = new Trials(lesson, result, options.signal);
    const kept = await trial.smallest(all);
    // What was tried after the end has failed for that alone.
    assertGoingOn(options.signal);
    const permissions = permissionsFor(widened(kept), manifest.permissions);
    const failures = (result?.outcomes ?? []).flatMap(({ name, error }) =>
      error === undefined ? [] : [{ sample: name, error }],
    );
    const block = permissionsBlock(permissions);
    const isWritten = options.write === true && failures.length === 0;
    if (isWritten) await writeBlock(found.manifestPath, block);
    return {
      module: manifest.name,
      level: isolation,
      lock,
      // What was written just now is not what was accepted either. To read all of it once more takes seconds for a large module.
      accept: lock === 'none' ? undefined : standingOf(await examineWhole(nameOrPath, baseDir)).accept,
      block,
      permissions,
      written: isWritten ? found.manifestPath : undefined,
      samples: result?.outcomes.length ?? 0,
      rounds,
      trials: trial.count,
      failures,
      unneeded: all.filter((need) => !kept.includes(need)).map(needText),
      refused: [...needs.refused].map((text) => visibleLine(text)),
      cautions: cautionsOf(widened(kept)),
      madeUp: madeUpNames(kept, owner),
    };
  } finally {
    try {
      await opened.close();
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

/** Runs the samples with less than everything and compares what comes of them. */
class Trials {
  count = 0;
  readonly #lesson: Lesson;
  readonly #full: TrialResult | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(lesson: Lesson, full: TrialResult | undefined, signal: AbortSignal | undefined) {
    this.#lesson = lesson;
    this.#full = full;
    this.#signal = signal;
  }

  /** The needs without which something goes otherwise. */
  async smallest(all: readonly Need[]): Promise<readonly Need[]> {
    if (all.length === 0) return all;
    // A reply that is never the same twice proves nothing: then only success counts.
    const again = await this.#run(all);
    const isSteady = (this.#full?.outcomes ?? []).map((outcome, i) => isSame(outcome, again.outcomes[i]));
    return smallest(all, async (some) => this.#isAsGood(await this.#run(some), isSteady), TRIALS);
  }

  async #run(needs: readonly Need[]): Promise<TrialResult> {
    assertGoingOn(this.#signal);
    this.count++;
    return trialRun(this.#lesson, needs, () => undefined);
  }

  #isAsGood({ outcomes }: TrialResult, isSteady: readonly boolean[]): boolean {
    const full = this.#full?.outcomes ?? [];
    return (
      outcomes.length === full.length &&
      full.every((outcome, i) => {
        const other = outcomes[i];
        if (other === undefined || (other.error === undefined) !== (outcome.error === undefined))
          return false;
        return isSteady[i] !== true || isSame(outcome, other);
      })
    );
  }
}

/** A sample that fails for its own reasons is to fail for the same ones, not for want of a permission. */
function isSame(one: SampleOutcome, other: SampleOutcome | undefined): boolean {
  return one.reply === other?.reply && one.error === other?.error;
}

/** A flow asks for nothing; the modules that it uses may. */
function assertNoFlow({ folder, name }: Examined['found'], baseDir: string): void {
  if (findScript(folder, baseDir, baseDir) === undefined) return;
  const message = `Cannot learn what module "${name}" needs: it is a flow, which asks for nothing itself; learn what the modules that it uses need, and grant that to them with grant: { inside: { NAME: ... } } in its entry of your flow`;
  throw new PhlowError('PHLOW_USAGE', message, { details: { module: name } });
}

function assertLearnable(isolation: IsolationLevel, module: string): void {
  if (isolation === 'guarded' || isolation === 'sandboxed' || isolation === 'isolated') return;
  const message = `Cannot learn what module "${module}" needs at level ${isolation}: nothing is refused there, so nothing is seen; the levels are guarded, sandboxed, isolated`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
}

/** At guarded the module has these capabilities anyway, and what it looks for is seen. */
async function needsInCode(
  { found, manifest, whole }: ExaminedWhole,
  { level }: LearningPlaces,
  baseDir: string,
): Promise<readonly Need[]> {
  if (level === 'guarded') return [];
  const { code } = await bundleModule({
    module: found.name,
    folder: found.folder,
    entry: fileURLToPath(entryUrl(found, manifest.entry)),
    installRoots: installRootsOf(found, undefined, baseDir),
    // What was read is that of the package around it where the module is a part of one.
    snapshot: whole?.place.holder === undefined ? whole?.snapshot : undefined,
  });
  return permissionsInCode(code);
}

/** What was learnt goes with the error: finding it again may take minutes. */
async function writeBlock(path: string, block: string | undefined): Promise<void> {
  try {
    await writeFile(path, withPermissionsBlock(await readFile(path, 'utf8'), block));
  } catch (error) {
    const message = `Cannot write what was learnt into ${visiblePath(path)}: ${messageOf(error)}; put the block there yourself, or let the user who runs phlow write it`;
    throw new PhlowError('PHLOW_MANIFEST_UNWRITABLE', message, {
      cause: error,
      details: { file: path, block: block ?? '' },
    });
  }
}

function assertGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new PhlowError('PHLOW_CALL_CANCELLED', 'Cannot finish learning: the caller gave up', {
    cause: signal.reason,
  });
}

function cautionsOf(needs: readonly Need[]): readonly string[] {
  return needs.flatMap((need) => {
    const caution = cautionOf(need.permission, need.target);
    return caution === undefined ? [] : [`${needText(need)}: ${caution}`];
  });
}

function needText({ permission, target }: Need): string {
  return visibleLine(target === 'true' ? permission : `${permission} ${target}`);
}
