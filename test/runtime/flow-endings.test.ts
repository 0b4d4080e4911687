import { describe, expect, jest, test } from '@jest/globals';
import { RUN_LIMITS } from '../../src/flow/limits.js';
import {
  checkFlow,
  graphFlow,
  openFlow,
  type LogLine,
  type OpenFlowOptions,
  type Value,
} from '../../src/index.js';
import type { InlineHandler } from '../../src/runtime/inline-module.js';
import type { StepEvent } from '../../src/runtime/step-events.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const QUIET = { log: () => undefined, envs: {} };

/** Runs a flow whose module `note` keeps what it is called with. */
async function run(text: string, main?: Value, options: OpenFlowOptions = {}) {
  const notes: Value[] = [];
  const note: InlineHandler = ({ input }) => void notes.push(input);
  const modules = { note, ...options.modules };
  await using flow = await openFlow(
    { text: `modules: [${Object.keys(modules).join(', ')}]\n${text}` },
    { ...QUIET, ...options, modules },
  );
  const outcome = await flow.run({ main }).catch((error: unknown) => ({ error }));
  return { outcome, notes };
}

/** The codes of an error and its causes. */
function chainOf(error: unknown): unknown[] {
  return error instanceof Error ? [(error as { code?: unknown }).code, ...chainOf(error.cause)] : [];
}

const STEPS =
  'steps:\n  - id: base\n    payload: 100\n  - id: divide\n    label: by main\n    payload: payload / main\n';

describe('on_error of a flow', () => {
  const ON_ERROR = `${STEPS}on_error:\n  - note: { error: error, main: main, steps: steps, payload: payload }\n`;

  test('sees the failure and the variables, and lets the failure stand', async () => {
    const { outcome, notes } = await run(ON_ERROR, 0);
    expect(outcome).toMatchObject({
      error: { code: 'PHLOW_FLOW_STEP_FAILED', place: { line: 7 }, details: { id: 'divide' } },
    });
    expect(notes).toEqual([
      {
        error: {
          code: 'PHLOW_PHS_RUNTIME',
          message: expect.stringContaining('Division by zero'),
          text: expect.stringContaining('Cannot finish steps[1] ("divide")'),
          step: 'divide',
          module: null,
        },
        main: 0,
        steps: { base: 100 },
        payload: 100,
      },
    ]);
  });

  test('is left out when nothing failed', async () => {
    expect(await run(ON_ERROR, 4)).toEqual({ outcome: 25, notes: [] });
  });

  test('that returns makes the result of the run', async () => {
    const { outcome } = await run(`${STEPS}on_error: { return: [error.step, payload] }\n`, 0);
    expect(outcome).toEqual(['divide', 100]);
  });

  test('may decide from the failure whether it returns', async () => {
    const text = `${STEPS}on_error:\n  - assert: main == 0\n    return: zero\n  - note: error.code\n`;
    expect(await run(text, 0)).toEqual({ outcome: 'zero', notes: [] });
    expect(await run(text, 'text')).toEqual({
      outcome: { error: expect.objectContaining({ code: 'PHLOW_FLOW_STEP_FAILED' }) },
      notes: ['PHLOW_PHS_RUNTIME'],
    });
  });

  test('names the step and module inside of a body', async () => {
    const bad: InlineHandler = () => {
      throw new Error('no');
    };
    const text = `steps:
  - for_each:
      in: [1, 2]
      steps:
        - id: inner
          use: bad
on_error: { return: error }
`;
    const { outcome } = await run(text, undefined, { modules: { bad } });
    expect(outcome).toMatchObject({ step: 'inner', module: 'bad', message: 'no' });
  });

  test('is not asked where a step deals with its failure itself', async () => {
    const text = 'steps:\n  - payload: 1 / 0\n    on_error: { payload: own }\non_error: { return: flow }\n';
    expect((await run(text)).outcome).toBe('own');
  });

  test('that fails itself fails the run at its own place, with the first failure as the last cause', async () => {
    const text = `${STEPS}on_error:\n  - id: second\n    payload: main.x.y\n`;
    const { outcome } = await run(text, 0);
    const { error } = outcome as { error: unknown };
    expect(error).toMatchObject({
      code: 'PHLOW_FLOW_STEP_FAILED',
      message: expect.stringContaining('Cannot finish on_error[0] ("second")'),
      place: { line: 10 },
    });
    expect(chainOf(error)).toEqual([
      'PHLOW_FLOW_STEP_FAILED',
      'PHLOW_PHS_RUNTIME',
      'PHLOW_FLOW_STEP_FAILED',
      'PHLOW_PHS_RUNTIME',
    ]);
  });

  test('leaves an error that a module throws again and again as it is', async () => {
    const shared = new TypeError('always the same');
    const bad: InlineHandler = () => {
      throw shared;
    };
    const text = 'steps: [{ use: bad }]\non_error: [{ use: bad }]\n';
    const { outcome } = await run(text, undefined, { modules: { bad } });
    const { error } = outcome as { error: Error };
    expect(error.cause).toMatchObject({ name: 'TypeError', message: 'always the same' });
    expect((error.cause as Error).cause).toMatchObject({ code: 'PHLOW_FLOW_STEP_FAILED', cause: shared });
    expect(shared.cause).toBeUndefined();
  });

  test('does not stop a cancellation or a deadline', async () => {
    const wait: InlineHandler = () => new Promise(() => undefined);
    const text = 'modules: [wait]\nsteps: [{ use: wait }]\non_error: { return: saved }\n';
    await using flow = await openFlow({ text }, { ...QUIET, modules: { wait } });
    await expect(flow.run({ timeoutMs: 10 })).rejects.toMatchObject({ code: 'PHLOW_FLOW_TIMED_OUT' });
  });
});

describe('finally of a flow', () => {
  const FINALLY = `${STEPS}finally:\n  - note: { code: error?.code, payload: payload, steps: steps }\n`;

  test('runs behind a result, which it sees and does not change', async () => {
    const { outcome, notes } = await run(`${FINALLY}  - payload: something else\n`, 4);
    expect(outcome).toBe(25);
    expect(notes).toEqual([{ code: null, payload: 25, steps: { base: 100, divide: 25 } }]);
  });

  test('runs behind a failure, which stands', async () => {
    const { outcome, notes } = await run(FINALLY, 0);
    expect(outcome).toMatchObject({ error: { code: 'PHLOW_FLOW_STEP_FAILED', details: { id: 'divide' } } });
    expect(notes).toEqual([{ code: 'PHLOW_PHS_RUNTIME', payload: 100, steps: { base: 100 } }]);
  });

  test('runs behind a return, and behind what on_error returned', async () => {
    const early = 'steps: [{ return: early }, { payload: late }]\nfinally: [{ note: payload }]\n';
    expect(await run(early)).toEqual({ outcome: 'early', notes: ['early'] });
    const saved = `${STEPS}on_error: { return: saved }\nfinally: [{ note: [payload, error] }]\n`;
    expect(await run(saved, 0)).toEqual({ outcome: 'saved', notes: [['saved', null]] });
  });

  test('that fails behind a result fails the run', async () => {
    const { outcome } = await run('steps: [{ payload: 1 }]\nfinally: [{ payload: 1 / 0 }]\n');
    expect(outcome).toMatchObject({
      error: {
        code: 'PHLOW_FLOW_STEP_FAILED',
        message: expect.stringContaining('Cannot finish finally[0]'),
        place: { line: 3 },
      },
    });
  });

  test('that fails behind a failure is reported and does not hide it', async () => {
    const lines: string[] = [];
    const log = ({ level, message }: LogLine): void => void lines.push(`${level} ${message}`);
    const text = `${STEPS}finally: [{ id: tidy, payload: main.x.y }]\n`;
    const { outcome } = await run(text, 0, { log });
    expect(outcome).toMatchObject({
      error: {
        message: expect.stringContaining('Cannot finish steps[1] ("divide")'),
        place: { line: 7 },
        details: { id: 'divide', finally: { code: 'PHLOW_PHS_RUNTIME', step: 'tidy' } },
        cause: { code: 'PHLOW_PHS_RUNTIME' },
      },
    });
    expect(lines).toEqual([
      expect.stringMatching(/^error finally failed after the run had failed: .*finally\[0\]/),
    ]);
  });

  test('has its events and its errors seen like every step', async () => {
    const events: string[] = [];
    const onStep = ({ type, step }: StepEvent): void => void events.push(`${step.path} ${type}`);
    await run('steps: [{ payload: 1 / 0 }]\non_error: [{ note: 1 }]\nfinally: { note: 2 }\n', 0, { onStep });
    expect(events).toEqual([
      'steps[0] entered',
      'steps[0] failed',
      'on_error[0] entered',
      'on_error[0] left',
      'finally entered',
      'finally left',
    ]);
  });

  /** A flow whose step waits for ever, and whose `finally` calls the module `tidy`. */
  const WAITING =
    'modules: [wait, tidy]\nsteps: [{ id: long, use: wait }]\nfinally: [{ tidy: error.code }]\n';

  function waiting() {
    const arrived = deferred();
    const wait: InlineHandler = () => {
      arrived.resolve();
      return new Promise(() => undefined);
    };
    return { wait, arrived: arrived.promise };
  }

  test('runs after a cancellation, with modules that still answer, before the run rejects', async () => {
    const { wait, arrived } = waiting();
    const seen: Value[] = [];
    const tidy: InlineHandler = async ({ input }, { signal }) => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(input, signal?.aborted ?? false);
    };
    await using flow = await openFlow({ text: WAITING }, { ...QUIET, modules: { wait, tidy } });
    const controller = new AbortController();
    const running = flow.run({ signal: controller.signal });
    await arrived;
    controller.abort(new Error('enough'));
    expect(await errorOf(running)).toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
    expect(seen).toEqual(['PHLOW_FLOW_CANCELLED', false]);
  });

  test('runs when the flow closes before its run has ended', async () => {
    const { wait, arrived } = waiting();
    const seen: Value[] = [];
    const tidy: InlineHandler = ({ input }) => void seen.push(input);
    const flow = await openFlow({ text: WAITING }, { ...QUIET, modules: { wait, tidy } });
    const running = errorOf(flow.run());
    await arrived;
    await flow.close({ graceMs: 0 });
    expect(await running).toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
    expect(seen).toEqual(['PHLOW_FLOW_CANCELLED']);
  });

  test('is given up when it takes too long after a cancellation', async () => {
    const { wait, arrived } = waiting();
    let gaveUp = false;
    const tidying = deferred();
    const tidy: InlineHandler = (_, { signal }) => {
      signal?.addEventListener('abort', () => (gaveUp = true));
      tidying.resolve();
      return new Promise(() => undefined);
    };
    const lines: string[] = [];
    const log = ({ message }: LogLine): void => void lines.push(message);
    await using flow = await openFlow({ text: WAITING }, { ...QUIET, log, modules: { wait, tidy } });
    const controller = new AbortController();
    const running = errorOf(flow.run({ signal: controller.signal }));
    await arrived;
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'] });
    try {
      controller.abort();
      await tidying.promise;
      jest.advanceTimersByTime(RUN_LIMITS.finallyMs);
      expect(await running).toMatchObject({
        code: 'PHLOW_FLOW_CANCELLED',
        details: { finally: { code: 'PHLOW_FLOW_TIMED_OUT' } },
      });
    } finally {
      jest.useRealTimers();
    }
    expect(gaveUp).toBe(true);
    expect(lines).toEqual([expect.stringContaining(`it took longer than ${RUN_LIMITS.finallyMs} ms`)]);
  });

  test('is left out for a run that was cancelled before it began', async () => {
    const notes: Value[] = [];
    const tidy: InlineHandler = ({ input }) => void notes.push(input);
    await using flow = await openFlow({ text: WAITING }, { ...QUIET, modules: { wait: tidy, tidy } });
    const error = await errorOf(flow.run({ signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
    expect(notes).toEqual([]);
  });
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve: () => resolve() };
}

describe('on_error and finally of a script module', () => {
  const FILES = {
    'main.phlow': 'modules:\n  - module: ./part\nsteps:\n  - part: main\n',
    'part/phlow.yaml': 'name: part\n',
    'part/module.phlow': `modules:
  - module: cache
    with: { capacity: 5 }
steps:
  - assert: main == "seen"
    then:
      - cache.get: { key: "ended" }
      - return: payload.value
  - payload: 10 / main
on_error:
  - return: { code: error.code, step: error.step }
finally:
  - cache.set: { key: "ended", value: main }
`,
  };

  test.each(['trusted', 'isolated'])('run where the script runs: %s', async (level) => {
    await withFolder(async (folder) => {
      const main = FILES['main.phlow'].replace('./part', `./part\n    isolation: ${level}`);
      writeFiles(folder, { ...FILES, 'main.phlow': main });
      await using flow = await openFlow(`${folder}/main.phlow`, QUIET);
      expect(await flow.run({ main: 5 })).toBe(2);
      expect(await flow.run({ main: 0 })).toEqual({ code: 'PHLOW_PHS_RUNTIME', step: 'steps[1]' });
      expect(await flow.run({ main: 'seen' })).toBe(0);
    });
  });

  test.each(['trusted', 'isolated'])('run at %s also when the caller has given up', async (level) => {
    await withFolder(async (folder) => {
      const part = FILES['part/module.phlow'].replace(
        '  - payload: 10 / main\n',
        '  - assert: main == "long"\n    then: { use: sleep, input: { hours: 1 } }\n',
      );
      writeFiles(folder, {
        'main.phlow': `modules:\n  - module: ./part\n    isolation: ${level}\nsteps:\n  - part: main\n`,
        'part/phlow.yaml': FILES['part/phlow.yaml'],
        'part/module.phlow': part.replace('modules:\n', 'modules:\n  - module: sleep\n'),
      });
      await using flow = await openFlow(`${folder}/main.phlow`, QUIET);
      // Loaded, and no longer slow at its first call.
      await flow.run({ main: 'seen' });
      const error = await errorOf(flow.run({ main: 'long', timeoutMs: 200 }));
      expect(error).toMatchObject({ code: 'PHLOW_FLOW_TIMED_OUT' });
      expect(await flow.run({ main: 'seen' })).toBe('long');
    });
  });
});

describe('a check', () => {
  const found = async (text: string): Promise<string[]> =>
    (await checkFlow({ text })).map(
      ({ severity, message, place }) => `${severity} ${place?.line}: ${message}`,
    );

  test('reads on_error and finally as it reads steps', async () => {
    const text = `modules: [cache]
steps:
  - { id: twice, payload: 1 }
on_error:
  - payload: !phs eror.code
  - cache.gte: { key: "a" }
finally:
  - { id: twice, payload: error }
  - id: twice
    payload: !phs item
`;
    expect((await found(text)).sort()).toEqual([
      expect.stringContaining(`error 6: on_error[1] sends module "cache" what it does not take`),
      'warning 10: no variable "item" is in sight here.',
      'warning 5: no variable "eror" is in sight here. Did you mean "error"?',
      'warning 9: two steps have the id "twice": the other one is finally[0], line 8',
    ]);
  });

  test('lets no step jump into them or out of them', async () => {
    const text = 'steps:\n  - id: a\n    to: b\non_error:\n  - id: b\n    to: a\n';
    expect(await found(text)).toEqual([
      expect.stringMatching(/^error 3: "to" names a step that cannot be reached, "b": it is inside/),
      expect.stringMatching(/^error 6: "to" names a step that cannot be reached, "a": it is inside/),
    ]);
  });

  test('refuses a return in finally, and a finally of a step', async () => {
    expect(await found('steps: []\nfinally:\n  - assert: error == null\n    return: 1\n')).toEqual([
      expect.stringMatching(/^error 4: finally\[0\]: "return" cannot stand in "finally" of the flow/),
    ]);
    expect(await found('steps: []\nfinally:\n  - parallel: { a: { return: 1 } }\n')).toEqual([]);
    expect(await found('steps:\n  - payload: 1\n    finally: { payload: 2 }\n')).toEqual([
      'warning 3: the key "finally" means nothing in a step: it stands at the top of a flow, for all of its steps',
    ]);
  });

  test('finds steps that no run reaches there, and complains of no others', async () => {
    const text = 'steps: []\non_error:\n  - return: 1\n  - payload: 2\nfinally:\n  - payload: 3\n';
    expect(await found(text)).toEqual(['warning 4: no run reaches on_error[1]: nothing leads there']);
  });
});

test('a graph draws on_error and finally as boxes', async () => {
  const text = `steps: [{ id: work }]
on_error: [{ id: report }, { assert: main, return: 1 }]
finally: [{ id: tidy }]
`;
  const lines = (await graphFlow({ text }))
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  expect(lines).toEqual([
    'flowchart TD',
    'start([start])',
    'finish([end])',
    'failed([failed])',
    's0["work"]',
    'subgraph on_error["on_error"]',
    's1["report"]',
    's2(["if main<br>return"])',
    'end',
    'subgraph finally["finally"]',
    's3["tidy"]',
    'end',
    'start --> s0',
    's0 --> finish',
    's1 --> s2',
    's2 -->|yes| finish',
    's2 -->|no| failed',
    'start -.->|any error| s1',
    'finish ==> s3',
    'failed ==> s3',
  ]);
});
