import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { createHost, openFlow, type Flow, type Value } from '../../src/index.js';
import { closedLoops } from '../../src/measure/closed-loop.js';
import type { Case, Suite } from '../../src/measure/suite.js';
import { findOriginal, type Original } from '../peers/original.js';
import { processMeter } from '../process-cost.js';
import { repeat } from '../repeat.js';
import { FIVE_CALLS } from './flow/five-calls.js';
import { TEN_STEPS, VISITORS } from './flow/ten-steps.js';
import { COMMAND, ONE_STEP, SESSIONS } from './start.js';

/** Runs at once. */
const WIDTHS: readonly number[] = [1, 100];
/** The original's default, and as many as there are runs at once. */
const CONSUMERS: readonly number[] = [10, 100];
/** Keys in turn: fewer than the cache holds. */
const KEYS = Array.from({ length: 400 }, (_, key) => key);
/** The original copies its environment for each run, so what it costs depends on how much there is. */
const ENVIRONMENTS: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  'its environment that of this process': process.env,
  'two variables in its environment': { PATH: process.env.PATH, HOME: process.env.HOME },
};

interface Work {
  readonly group: string;
  readonly flow: string;
  readonly mains: readonly Value[];
}

const WORK: readonly Work[] = [
  { group: 'ten pure steps', flow: TEN_STEPS, mains: VISITORS.map((visitor) => ({ ...visitor })) },
  { group: 'five cache calls', flow: FIVE_CALLS, mains: KEYS },
];

/** The same flows and commands as the original in Rust runs them, where PHLOW_ORIGINAL names its binary. */
export const original: Suite = {
  scope: 'original',
  about: 'flows and commands beside the original in Rust, where PHLOW_ORIGINAL names its binary',
  async open({ note }) {
    const folder = await mkdtemp(join(tmpdir(), 'phlow-original-'));
    const found = findOriginal(folder);
    if (found === undefined) {
      note('original: skipped, PHLOW_ORIGINAL names no binary of it');
      return { cases: [], close: () => rm(folder, { recursive: true }) };
    }
    const host = await createHost({ logLevel: 'off' });
    const flows: Flow[] = [];
    const close = async (): Promise<void> => {
      await Promise.all(flows.map((opened) => opened.close()));
      await host.close();
      await rm(folder, { recursive: true });
    };
    try {
      const cases: Case[] = [];
      for (const work of WORK) {
        const options = { host, concurrency: Math.max(...WIDTHS), log: () => undefined };
        const flow = await openFlow({ text: work.flow }, options);
        flows.push(flow);
        await assertSame(work, flow, found);
        cases.push(...casesOf(work, flow, found));
      }
      return { cases: [...cases, ...(await commands(folder, found))], close };
    } catch (error) {
      await close();
      throw error;
    }
  },
};

function casesOf({ group, flow: text, mains }: Work, flow: Flow, found: Original): Case[] {
  const ours = closedLoops({
    name: `phlow: ${group}`,
    group,
    widths: WIDTHS,
    setup: 'flow.run()',
    call: (n) => flow.run({ main: mains[n % mains.length] }),
  });
  const theirs = WIDTHS.flatMap((inFlight) =>
    Object.entries(ENVIRONMENTS).flatMap(([environment, env]) =>
      CONSUMERS.filter((consumers) => consumers === CONSUMERS[0] || inFlight > 1).map((consumers): Case => ({
        name: `original: ${group}, ${environment}, ${consumers} consumers`,
        group,
        inFlight,
        setup: 'a process of its own, packages sent by its main module',
        round: (durationMs) => found.load(text, { inFlight, durationMs, mains, consumers, env }),
      })),
    ),
  );
  return [...ours, ...theirs];
}

async function commands(folder: string, found: Original): Promise<Case[]> {
  const oneStep = join(folder, 'one-step.phlow');
  await writeFile(oneStep, ONE_STEP);
  const costOf = await processMeter(folder);
  const env = { ...process.env, XDG_CACHE_HOME: folder, NODE_OPTIONS: '' };
  return Object.entries({ 'one-step flow': oneStep, 'user-sessions': SESSIONS }).flatMap(([name, file]) => [
    repeat({
      name: `phlow: ${name}`,
      group: `${name}, start to end`,
      once: async () => {
        const { ms, peakBytes } = await costOf([COMMAND, 'run', file], env);
        return { ms, figures: { peakBytes } };
      },
    }),
    repeat({
      name: `original: ${name}`,
      group: `${name}, start to end`,
      once: async () => {
        const { ms, peakBytes } = await found.run(file, process.env);
        return { ms, figures: { peakBytes } };
      },
    }),
  ]);
}

/** What does something else may be faster. */
async function assertSame({ group, flow: text, mains }: Work, flow: Flow, found: Original): Promise<void> {
  const [consumers = 1] = CONSUMERS;
  const { first } = await found.load(text, {
    inFlight: 1,
    durationMs: 1,
    mains,
    consumers,
    env: process.env,
  });
  const ours = await flow.run({ main: mains[0] });
  if (isDeepStrictEqual({ ...(ours as object) }, first)) return;
  throw new Error(
    `${group}: phlow's run results in ${JSON.stringify(ours)}, the original's in ${JSON.stringify(first)}`,
  );
}
