import { setImmediate as turn } from 'node:timers/promises';
import { builtInNames, createHost, type LoadOptions, type LogLine, type Module } from '../../src/index.js';
import { openFlow } from '../../src/runtime/flow.js';
import { isMap, textOf, type Value } from '../../src/values.js';
import { callsOf, checkRefusal, settingsOf } from './cache-runner.js';
import { checkHttpServer } from './http-runner.js';
import { checkExact } from './same-reply.js';
import { checkAtOnce } from './calls-at-once.js';
import { checkCommands } from './command-vectors.js';
import { checkFiles } from './file-vectors.js';
import { checkOutcome, expectationsOf, Outcome } from './outcome.js';
import { NoSuchModule, type VectorRunner } from './runner.js';

type Vector = Readonly<Record<string, unknown>>;

/** Longer than any vector waits, in the module's own time. */
const LONG_MS = 400 * 24 * 3_600_000;

/** Moves the module's time to the earliest and the latest moment at which the calls may end, and looks whether they have. */
async function settle(module: Module, outcomes: readonly Outcome[], expected: Vector): Promise<void> {
  const exact = expected['exact_ms'];
  const earliest = Number(exact ?? expected['min_ms'] ?? 0);
  const latest = Number(exact ?? expected['max_ms'] ?? expected['total_max_ms'] ?? LONG_MS);
  if (earliest > 0) {
    await module.clock.advance(earliest - 1);
    await turn();
    if (outcomes.some(({ isSettled }) => isSettled)) throw new Error(`ended before ${earliest} ms`);
  }
  await module.clock.advance(latest - Math.max(0, earliest - 1));
  await turn();
  if (outcomes.some(({ isSettled }) => !isSettled)) throw new Error(`did not end within ${latest} ms`);
}

async function checkCalls(module: Module, vector: Vector): Promise<void> {
  const width = Number(vector['concurrent'] ?? 1);
  for (const call of callsOf(vector)) {
    const expected = expectationsOf(call);
    const filled = (value: unknown, index: number): Value => (value === '~index' ? index : (value as Value));
    const outcomes = Array.from({ length: width }, (_, index) => {
      const input = call['no_input'] === true ? undefined : filled(call['input'], index);
      return new Outcome(module.call(input, 'payload' in call ? { payload: call['payload'] as Value } : {}));
    });
    await settle(module, outcomes, expected);
    outcomes.forEach((outcome, index) => {
      const own =
        'expect' in expected ? { ...expected, expect: filled(expected['expect'], index) } : expected;
      checkOutcome(outcome, own);
    });
  }
}

/** The log lines that the calls must write, in order; calls that say nothing about them may write any. */
function checkLines(vector: Vector, lines: readonly LogLine[]): void {
  const wanted = callsOf(vector).map((call) => expectationsOf(call)['log']);
  if (wanted.every((line) => line === undefined)) return;
  checkExact(
    wanted.filter((line) => isMap(line)),
    lines.map(({ level, message }) => ({ level, message })),
  );
}

/** Runs each call's `step` as the only step of a flow, with the call's payload before it. */
async function checkEngine(vector: Vector): Promise<void> {
  const lines: LogLine[] = [];
  for (const call of callsOf(vector)) {
    const source = { flow: { steps: [call['step']] } as Value, baseDir: process.cwd() };
    const flow = await openFlow(source, { log: (line) => lines.push(line) });
    try {
      const result = await flow.run('payload' in call ? { payload: call['payload'] as Value } : {});
      const expected = expectationsOf(call);
      if ('expect' in expected) checkExact(expected['expect'], result);
    } finally {
      await flow.close();
    }
  }
  checkLines(vector, lines);
}

async function check(vector: Vector): Promise<void> {
  const name = String(vector['module']);
  if (!builtInNames().includes(name)) throw new NoSuchModule(`phlow has no module "${name}"`);
  if (name === 'http_server') {
    await checkHttpServer(vector);
    return;
  }
  if (vector['path'] === 'engine') {
    await checkEngine(vector);
    return;
  }
  const lines: LogLine[] = [];
  const host = await createHost({ logLevel: 'trace', log: (line) => lines.push(line) });
  const load = (options: LoadOptions = {}): Promise<Module> =>
    host.load(name, { ...settingsOf(vector), clock: 'manual', checkOutput: true, ...options });
  try {
    const refusal = vector['config_error_fixed'] ?? vector['config_error'];
    if (refusal !== undefined) await checkRefusal(load(), refusal);
    else if (name === 'fs') await checkFiles(load, vector);
    else if (name === 'cli') await checkCommands(load, vector);
    else if (name === 'jwt') await checkAtOnce(await load(), vector);
    else await checkCalls(await load(), vector);
  } finally {
    await host.close();
  }
  if (name === 'log') checkLines(vector, lines);
}

/** Runs the vectors of module.yaml that are about built-in modules, with time that only the runner moves. */
export function openModuleRunner(): Promise<VectorRunner> {
  return Promise.resolve({
    nameOf: (vector, index) => textOf(vector['name'] ?? index),
    moduleOf: (vector) => String(vector['module']),
    check,
  });
}
