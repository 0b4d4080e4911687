import { randomInt } from 'node:crypto';
import { currentFolder } from '../../current-folder.js';
import { isPhlowError, PhlowError } from '../../errors.js';
import { createHost } from '../../host/create-host.js';
import type { Host } from '../../host/host.js';
import { readManifest } from '../../host/load/read-manifest.js';
import { findModule } from '../../host/load/resolve.js';
import type { LoadOptions } from '../../host/module-types.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import type { IsolationLevel } from '../../manifest/isolation.js';
import type { Manifest } from '../../manifest/manifest.js';
import { parseManifest } from '../../manifest/parse.js';
import { fastCheck } from './fast-check.js';
import { inputPlan, type InputPlan } from './input-plan.js';
import { FuzzTally, type ActionTally } from './fuzz-tally.js';
import { SequenceRunner, type FuzzFailure } from './run-sequence.js';

/** How a module is tried. */
export interface FuzzOptions extends Pick<LoadOptions, 'with' | 'isolation' | 'grant'> {
  readonly baseDir?: string;
  /** Inputs to send; default 500. */
  readonly runs?: number;
  /** The same seed makes the same inputs; default: a random one, which the report names. */
  readonly seed?: number;
  /** Only the sequence that a report names, with the seed of that report. */
  readonly path?: string;
  /** Only the inputs of one action. */
  readonly action?: string;
  /** A schema, as a manifest has it, which the inputs that the manifest allows have to meet as well. */
  readonly only?: unknown;
  /** A call that takes longer hangs. Default 2 000. */
  readonly timeoutMs?: number;
  /** True: an error that the module throws for an input which its manifest allows is an answer. Default false. */
  readonly allowErrors?: boolean;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface FuzzReport {
  readonly module: string;
  readonly level: IsolationLevel;
  readonly seed: number;
  /** Inputs that were sent, in this many sequences, each to an instance of its own. */
  readonly inputs: number;
  readonly sequences: number;
  /** How many of them the manifest allows. */
  readonly valid: number;
  readonly answered: number;
  readonly refused: number;
  /** Not allowed by the manifest, and answered by the module's own `invalid`. */
  readonly declined: number;
  /** Answered with an error, where that is allowed. */
  readonly failed: number;
  /** Inputs that were made and not sent: made to be allowed by the manifest and not so, or left out by `only`. */
  readonly discarded: number;
  readonly actions: readonly ActionTally[];
  /** Keywords and patterns that no generator knows: values are made without them and checked. */
  readonly unsupported: readonly string[];
  /** Actions for which no value could be made. */
  readonly impossible: readonly string[];
  readonly tookMs: number;
  readonly failure: FuzzFailure | undefined;
}

const RUNS = 500;
const TIMEOUT_MS = 2_000;
/** Inputs to one instance, one after the other. */
const MAX_SEQUENCE = 16;
/** Sequences that are made, for each that would be needed if all of it could be sent. */
const MAX_TRIES = 8;

/**
 * Sends a module inputs that are made from its manifest: allowed ones with those at their edges, nearly allowed and hostile ones. What the manifest allows has to be
 * answered in time with a reply that it allows too; the rest has to be refused; the module has to stay up. The first sequence that shows otherwise is made as
 * small as it gets.
 *
 * @param nameOrPath as for `host.load`. Rejects as that does, and with PHLOW_USAGE and PHLOW_MANIFEST_INVALID for options that are wrong.
 */
export async function fuzzModule(nameOrPath: string, options: FuzzOptions = {}): Promise<FuzzReport> {
  const { baseDir = currentFolder(), runs = RUNS, seed = randomInt(2 ** 31), path, action, signal } = options;
  const startedAt = performance.now();
  const manifest = await readManifest(findModule(nameOrPath, baseDir).manifestPath);
  assertCallable(manifest);
  const plan = inputPlan(manifest, { action, only: onlySchema(options.only) });
  // What the module logs about inputs of this kind is of no use to anybody.
  const host = await createHost({ logLevel: 'trace', log: () => undefined });
  try {
    const tally = new FuzzTally(plan.actions);
    const runner = new SequenceRunner({
      load: () => host.load(nameOrPath, loadOptions(options, baseDir)),
      plan,
      tally,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      mayFail: options.allowErrors ?? false,
      runs: path === undefined ? runs : Infinity,
      signal,
    });
    const level = await levelOf(host, nameOrPath, loadOptions(options, baseDir));
    const failure = await search(plan, runner, { runs, seed, path, signal });
    return {
      module: manifest.name,
      level,
      seed,
      ...tally.totals(),
      unsupported: plan.unsupported,
      impossible: plan.impossible,
      tookMs: performance.now() - startedAt,
      failure,
    };
  } finally {
    await host.close();
  }
}

interface Search {
  readonly runs: number;
  readonly seed: number;
  readonly path: string | undefined;
  readonly signal: AbortSignal | undefined;
}

async function search(
  plan: InputPlan,
  runner: SequenceRunner,
  { runs, seed, path, signal }: Search,
): Promise<FuzzFailure | undefined> {
  const fc = fastCheck();
  const sequences = fc.array(plan.inputs, { minLength: 1, maxLength: MAX_SEQUENCE, size: 'max' });
  const property = fc.asyncProperty(sequences, (inputs) => runner.run(inputs));
  const details = await fc.check(property, {
    seed,
    numRuns: Math.ceil(runs / MAX_SEQUENCE) * MAX_TRIES,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  });
  // What an abort has cut short is no outcome.
  signal?.throwIfAborted();
  runner.assertRan();
  const { failure } = runner;
  return failure === undefined
    ? undefined
    : { ...failure, path: details.counterexamplePath ?? '', shrinks: details.numShrinks };
}

function loadOptions({ with: settings, isolation, grant }: FuzzOptions, baseDir: string): LoadOptions {
  return {
    with: settings,
    baseDir,
    ...(isolation === undefined ? {} : { isolation }),
    ...(grant === undefined ? {} : { grant }),
    checkOutput: true,
    // A restart would hide that it has ended.
    restart: 'never',
    drainTimeoutMs: 250,
    stopTimeoutMs: 1_000,
  };
}

/** Loads it once: what keeps it from loading is no concern of inputs. */
async function levelOf(host: Host, nameOrPath: string, options: LoadOptions): Promise<IsolationLevel> {
  const module = await host.load(nameOrPath, options);
  const { level } = module;
  await module.close();
  return level;
}

function assertCallable({ name, type }: Manifest): void {
  if (type !== 'main') return;
  throw new PhlowError(
    'PHLOW_NOT_CALLABLE',
    `Cannot fuzz module "${name}": it is a main module, which answers no packages`,
  );
}

/** Read as a manifest's own schemas are, with the same complaints, but without the place in a file that nobody has written. */
function onlySchema(only: unknown): JsonSchema | undefined {
  if (only === undefined) return undefined;
  const text = JSON.stringify({ name: 'only', input: only }, undefined, 2);
  try {
    return parseManifest(text, '--only').input;
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    const reason = error.message
      .replace(/^Cannot read the manifest --only: /, '')
      .replaceAll('manifest.input', 'the schema');
    throw new PhlowError(error.code, `Cannot read --only as a schema of inputs: ${reason}`, { cause: error });
  }
}
