import { describe, expect, test } from '@jest/globals';
import { Diagnostics } from '../../../src/flow/diagnostics.js';
import { drive } from '../../../src/flow/engine/drive.js';
import type { FlowEnvironment } from '../../../src/flow/engine/environment.js';
import { resultOf } from '../../../src/flow/engine/execute.js';
import { startRun } from '../../../src/flow/engine/run-state.js';
import { memoryFiles } from '../../../src/flow/source/flow-files.js';
import { buildFlow } from '../../../src/runtime/build-flow.js';
import type { Value } from '../../../src/values.js';

interface Call {
  readonly input: Value;
  readonly reply: (value: Value) => void;
  readonly fail: (error: Error) => void;
}

/** An environment whose calls wait until the test answers them. */
function environment(steps: string) {
  const diagnostics = new Diagnostics();
  const text = `modules: [{ module: m }]\nsteps:\n${steps}`;
  const { plan } = buildFlow({ kind: 'text', path: 'main.phlow', text }, diagnostics, memoryFiles({}));
  diagnostics.check();
  const calls: Call[] = [];
  const events: string[] = [];
  const env: FlowEnvironment = {
    plan,
    modules: new Set(['m']),
    call: (_name, input) => new Promise((reply, fail) => void calls.push({ input, reply, fail })),
    log: (_level, message) => void events.push(`log ${message}`),
    envs: () => ({}),
    skipsDelays: false,
    observer: {
      entered: (run, step) => void events.push(`${run} enters ${step.index}`),
      left: (run, step) => void events.push(`${run} leaves ${step.index}`),
      failed: (run, step) => void events.push(`${run} fails at ${step.index}`),
    },
  };
  return { env, calls, events, take: () => calls.splice(0) };
}

describe('a run', () => {
  test('that has nothing to wait for has ended when it was begun, without a promise', () => {
    const { env, events } = environment(`
  - id: a
    payload: main + 1
  - assert: payload > 1
    then:
      - log: big
  - payload: [1][5]
    on_error:
      - payload: { error: error.step, a: steps.a }
  - return: payload
`);
    const run = startRun(env, 1, { main: 1 });
    expect(drive(run)).toBeUndefined();
    expect(resultOf(run)).toEqual({ error: 'steps[2]', a: 2 });
    expect(events).toContain('log big');
    expect(events.slice(-2)).toEqual(['1 enters 5', '1 leaves 5']);
  });

  test('makes its next call in the first reaction to a reply: those of all runs join one batch', async () => {
    const { env, take } = environment('  - m: main\n  - payload: payload + 1\n  - m: [main, payload]\n');
    const runs = [1, 2, 3].map((n) => startRun(env, n, { main: n }));
    const ends = runs.map((run) => drive(run));
    take().forEach(({ reply }, i) => reply(10 * i));
    await Promise.resolve();
    const second = take();
    expect(second.map(({ input }) => input)).toEqual([
      [1, 1],
      [2, 11],
      [3, 21],
    ]);
    for (const { reply } of second) reply('done');
    for (const end of ends) await end;
    expect(runs.map(resultOf)).toEqual(['done', 'done', 'done']);
  });

  test('sees the input and the reply of its module, and its payload again behind that', async () => {
    const { env, take } = environment(`
  - payload: 5
  - m: { x: payload }
    payload: { input: input, reply: payload }
  - payload: { before: payload, input: input }
  - m: payload
    payload: payload.missing.deep
    on_error:
      - payload: { kept: payload, input: input }
`);
    const run = startRun(env, 1, {});
    const end = drive(run);
    take()[0]?.reply('first');
    await Promise.resolve();
    take()[0]?.reply(2);
    await end;
    const before = { input: { x: 5 }, reply: 'first' };
    expect(resultOf(run)).toEqual({ kept: { before, input: null }, input: null });
  });

  test('goes on behind a call that failed, and ends where nothing takes the failure', async () => {
    const { env, take, events } = environment(`
  - m: 1
    on_error:
      - payload: error.message
  - m: 2
`);
    const run = startRun(env, 7, {});
    const end = drive(run);
    take()[0]?.fail(new Error('no'));
    await Promise.resolve();
    const [second] = take();
    expect(run.payload).toBe('no');
    second?.fail(new Error('never'));
    await expect(end).rejects.toThrow('never');
    expect(events).toEqual([
      '7 enters 0',
      '7 fails at 0',
      '7 leaves 0',
      '7 enters 1',
      '7 leaves 1',
      '7 enters 2',
      '7 fails at 2',
    ]);
  });
});
