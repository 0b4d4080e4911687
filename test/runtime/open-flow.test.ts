import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { getEventListeners } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createHost } from '../../src/host/create-host.js';
import { openFlow, type Flow } from '../../src/runtime/flow.js';
import type { OpenFlowOptions } from '../../src/runtime/flow-options.js';
import type { InlineHandler } from '../../src/runtime/inline-module.js';
import type { StepEvent } from '../../src/runtime/step-events.js';
import { textOf, type Value } from '../../src/values.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const QUIET = { log: () => undefined, envs: {} };

async function withFlow<T>(
  text: string,
  options: OpenFlowOptions,
  use: (flow: Flow) => Promise<T>,
): Promise<T> {
  const flow = await openFlow({ text }, { ...QUIET, ...options });
  try {
    return await use(flow);
  } finally {
    await flow.close({ graceMs: 0 });
  }
}

/** A module whose calls wait until the test lets them go. */
function gate() {
  const open: (() => void)[] = [];
  let arrived = (): void => undefined;
  const handler: InlineHandler = ({ input }) =>
    new Promise((resolve) => {
      open.push(() => resolve(input));
      arrived();
    });
  return {
    handler,
    get waiting() {
      return open.length;
    },
    release: () => open.shift()?.(),
    arrival: (count: number) =>
      new Promise<void>((resolve) => {
        arrived = () => {
          if (open.length >= count) resolve();
        };
        arrived();
      }),
  };
}

describe('inline modules', () => {
  test('get input, payload, settings and a log', async () => {
    const seen: unknown[] = [];
    const lines: string[] = [];
    const text =
      'modules: [{ module: mine, with: { a: 1 + 1 } }]\nsteps:\n  - payload: 5\n  - mine: { x: payload }\n';
    const mine: InlineHandler = ({ input, payload }, context) => {
      seen.push(input, payload, context.with, context.name);
      context.log('info', 'here');
      return { done: true };
    };
    const options = { modules: { mine }, log: (line: { message: string }) => void lines.push(line.message) };
    await withFlow(text, options, async (flow) => {
      expect(await flow.run()).toEqual({ done: true });
    });
    expect(seen).toEqual([{ x: 5 }, 5, { a: 2 }, 'mine']);
    expect(lines).toEqual(['here']);
  });

  test('are functions with the parameters they name', async () => {
    const text = 'modules: [add]\nsteps:\n  - payload: !phs add(main, 2) * 10\n';
    const add = { handler: ({ input }: { input: Value }) => sum(input), parameters: ['a', 'b'] };
    await withFlow(text, { modules: { add } }, async (flow) => expect(await flow.run({ main: 1 })).toBe(30));
  });

  test('that throw fail the step, with the place of the call', async () => {
    const bad = (): never => {
      throw new TypeError('broken');
    };
    await withFlow(
      'modules: [bad]\nsteps:\n  - id: it\n    use: bad\n',
      { modules: { bad } },
      async (flow) => {
        await expect(flow.run()).rejects.toMatchObject({
          code: 'PHLOW_FLOW_STEP_FAILED',
          message: expect.stringContaining('Modules error: Module error: broken'),
          cause: { message: 'broken' },
          place: { line: 4, column: 10 },
          details: { step: 'steps[0]', id: 'it' },
        });
      },
    );
  });
});

function sum(input: Value): number {
  const { a, b } = input as { a: number; b: number };
  return a + b;
}

describe('runs', () => {
  const WAITING = 'modules: [wait]\nsteps:\n  - wait: main\n';

  test('go on at once up to the limit, the others wait in order', async () => {
    const { handler, arrival, release, ...gateway } = gate();
    await withFlow(WAITING, { modules: { wait: handler }, concurrency: 2 }, async (flow) => {
      const order: Value[] = [];
      const runs = [1, 2, 3].map(async (main) => order.push(await flow.run({ main })));
      await arrival(2);
      release();
      await arrival(2);
      release();
      release();
      await Promise.all(runs);
      expect(order).toEqual([1, 2, 3]);
    });
    expect(gateway.waiting).toBe(0);
  });

  test('are cancelled by their signal, wherever they are, and leave no listener', async () => {
    const { handler, arrival } = gate();
    const controller = new AbortController();
    await withFlow(WAITING, { modules: { wait: handler }, concurrency: 1 }, async (flow) => {
      const running = flow.run({ signal: controller.signal });
      const queued = flow.run({ signal: controller.signal });
      await arrival(1);
      controller.abort(new Error('enough'));
      await expect(running).rejects.toMatchObject({ code: 'PHLOW_FLOW_CANCELLED', place: { line: 3 } });
      await expect(queued).rejects.toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
      await expect(flow.run({ signal: controller.signal })).rejects.toMatchObject({
        code: 'PHLOW_FLOW_CANCELLED',
      });
    });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('end at their deadline, also in a loop that never waits', async () => {
    await withFlow('steps:\n  - id: again\n    to: again\n', {}, async (flow) => {
      await expect(flow.run({ timeoutMs: 20 })).rejects.toMatchObject({ code: 'PHLOW_FLOW_TIMED_OUT' });
    });
  });

  test('are not kept alive by on_error or retry once they are cancelled', async () => {
    const text = 'modules: [wait]\nsteps:\n  - wait: 1\n    retry: 5\n    on_error: { payload: saved }\n';
    const { handler, arrival } = gate();
    const controller = new AbortController();
    await withFlow(text, { modules: { wait: handler } }, async (flow) => {
      const run = flow.run({ signal: controller.signal });
      await arrival(1);
      controller.abort();
      await expect(run).rejects.toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
    });
  });

  test('start at a step by its id', async () => {
    await withFlow('steps:\n  - return: no\n  - id: here\n    payload: yes it is\n', {}, async (flow) => {
      expect(await flow.run({ startStep: 'here' })).toBe('yes it is');
      await expect(flow.run({ startStep: 'there' })).rejects.toThrow("Step id 'there' not found");
    });
  });

  test('that are under way when the flow closes are cancelled, and later ones refused', async () => {
    const { handler, arrival } = gate();
    const flow = await openFlow({ text: WAITING }, { ...QUIET, modules: { wait: handler } });
    const run = flow.run();
    await arrival(1);
    const closing = flow.close({ graceMs: 0 });
    await expect(run).rejects.toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
    await closing;
    await expect(flow.run()).rejects.toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
  });
});

describe('bodies', () => {
  test('of for_each run at most at_once at a time', async () => {
    let now = 0;
    let most = 0;
    const count: InlineHandler = async ({ input }) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return input;
    };
    const text =
      'modules: [count]\nsteps:\n  - for_each:\n      in: main\n      at_once: 3\n      steps:\n        - count: item\n';
    await withFlow(text, { modules: { count } }, async (flow) => {
      expect(await flow.run({ main: [1, 2, 3, 4, 5, 6, 7] })).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });
    expect(most).toBe(3);
  });

  test('that fail cancel the others, and the step fails at the place of the cause', async () => {
    let signal: AbortSignal | undefined;
    const wait: InlineHandler = (_, context) => {
      signal = context.signal;
      return new Promise(() => undefined);
    };
    const text =
      'modules: [wait]\nsteps:\n  - parallel:\n      a:\n        wait: 1\n      b:\n        - payload: main.x.y\n';
    await withFlow(text, { modules: { wait } }, async (flow) => {
      await expect(flow.run({ main: {} })).rejects.toMatchObject({
        code: 'PHLOW_FLOW_STEP_FAILED',
        place: { line: 7 },
        details: { step: 'steps[0].parallel.b[0]' },
      });
    });
    expect(signal?.aborted).toBe(true);
  });

  test('of for_each refuse what is no list', async () => {
    const text = 'steps:\n  - for_each:\n      in: main\n      steps: [{ payload: 1 }]\n';
    await withFlow(text, {}, async (flow) => {
      await expect(flow.run({ main: 5 })).rejects.toThrow('for_each needs a list: found 5');
    });
  });
});

describe('expressions', () => {
  test('print to the log, not to standard output', async () => {
    const lines: string[] = [];
    const log = ({ level, message }: { level: string; message: string }): void =>
      void lines.push(`${level} ${message}`);
    await withFlow('steps:\n  - payload: !phs print("seen"); 5\n', { log }, async (flow) => {
      expect(await flow.run()).toBe(5);
    });
    expect(lines).toEqual(['info seen']);
  });

  test.each(['!phs |x| x', '!phs [|x| x]'])('cannot make %s an output', async (code) => {
    await withFlow(`steps:\n  - payload: ${code}\n`, {}, async (flow) => {
      await expect(flow.run()).rejects.toMatchObject({
        code: 'PHLOW_FLOW_STEP_FAILED',
        message: expect.stringContaining('Output type incorrect: Fn'),
      });
    });
  });

  test('see the environment as it is now, and nothing of the prototype of anything', async () => {
    const envs: Record<string, string> = {};
    await withFlow(
      'steps:\n  - payload: [envs.NAME, envs.constructor, main.toString]\n',
      { envs },
      async (flow) => {
        envs['NAME'] = 'Ann';
        expect(await flow.run({ main: {} })).toEqual(['Ann', null, null]);
      },
    );
  });
});

describe('step events', () => {
  test('tell what every step does', async () => {
    const events: string[] = [];
    const onStep = (event: StepEvent): void => {
      const outcome =
        event.type === 'asserted'
          ? ` ${event.outcome}`
          : event.type === 'left'
            ? ` ${textOf(event.output)}`
            : '';
      events.push(`${event.step.path} ${event.type}${outcome}`);
    };
    const text =
      'steps:\n  - assert: main > 1\n    then: { payload: 1 }\n    else: { payload: main.x.y, on_error: { payload: 2 } }\n';
    await withFlow(text, { onStep }, async (flow) => {
      await flow.run({ main: 5 });
      await flow.run({ main: 0 });
    });
    expect(events).toEqual([
      'steps[0] entered',
      'steps[0] asserted true',
      'steps[0] left undefined',
      'steps[0].then entered',
      'steps[0].then left 1',
      'steps[0] entered',
      'steps[0] asserted false',
      'steps[0] left undefined',
      'steps[0].else entered',
      'steps[0].else failed',
      'steps[0].else left undefined',
      'steps[0].else.on_error entered',
      'steps[0].else.on_error left 2',
    ]);
  });
});

describe('opening a flow', () => {
  test('leaves no module behind when one of them cannot be loaded', async () => {
    const host = await createHost({ log: () => undefined });
    const text = 'modules: [echo, { module: cache, with: { capacity: nonsense } }]\nsteps: []\n';
    await expect(openFlow({ text }, { ...QUIET, host })).rejects.toMatchObject({
      code: 'PHLOW_WITH_INVALID',
      message: expect.stringContaining('Module register error'),
      place: { line: 1 },
    });
    expect(host.modules.size).toBe(0);
    await host.close();
  });

  test('sends the payload to modules that take it, and to no others', () =>
    withFolder(async (folder) => {
      const index = 'export default (pkg) => typeof pkg.payload;';
      writeFiles(folder, {
        'asks/phlow.yaml': 'name: asks',
        'asks/index.mjs': index,
        'declines/phlow.yaml': 'name: declines\npayload: false',
        'declines/index.mjs': index,
      });
      const text =
        'modules: [./asks, ./declines]\nsteps:\n  - payload: 5\n  - { id: asked, asks: 1 }\n  - declines: 1\n    payload: [steps.asked, payload]\n';
      const flow = await openFlow({ text, baseDir: folder }, QUIET);
      expect(await flow.run()).toEqual(['number', 'undefined']);
      await flow.close();
    }));

  test('twice on one host gives each flow modules of its own', async () => {
    const host = await createHost({ log: () => undefined });
    const text =
      'modules: [{ module: cache, with: { capacity: 5 } }]\nsteps:\n  - cache.set: { key: "k", value: 1 }\n  - cache.stats:\n    payload: payload.stats.size\n';
    const flows = await Promise.all([
      openFlow({ text }, { ...QUIET, host }),
      openFlow({ text }, { ...QUIET, host }),
    ]);
    expect(await Promise.all(flows.map((flow) => flow.run()))).toEqual([1, 1]);
    await Promise.all(flows.map((flow) => flow.close()));
    expect(host.modules.size).toBe(0);
    await host.close();
  });

  test('of scripts that use each other is refused', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'phlow-scripts-'));
    await writeFile(join(dir, 'main.phlow'), 'modules: [./a]\nsteps: []\n');
    await writeFile(join(dir, 'a.phlow'), 'modules: [./b]\nsteps: []\n');
    await writeFile(join(dir, 'b.phlow'), 'modules: [./a]\nsteps: []\n');
    await expect(openFlow(dir, QUIET)).rejects.toMatchObject({
      code: 'PHLOW_FLOW_INVALID',
      message: expect.stringContaining('it uses itself'),
    });
    await rm(dir, { recursive: true });
  });

  test('tells of a file that is not there, and of a folder without a flow', async () => {
    await expect(openFlow('/nowhere/at/all.phlow')).rejects.toMatchObject({ code: 'PHLOW_FLOW_UNREADABLE' });
    await expect(openFlow(tmpdir())).rejects.toThrow('Main not found');
  });

  test('reads JSON with its escapes, and refuses what is only YAML', async () => {
    const json = '{"steps": [{"payload": {"text": "a\\nb\\u00e9", "big": 4294967296}}]}';
    const flow = await openFlow({ text: json, file: 'flow.json' }, QUIET);
    expect(await flow.run()).toEqual({ text: 'a\nbé', big: 4294967296 });
    await flow.close();
    await expect(openFlow({ text: '{"steps": [],}', file: 'flow.json' }, QUIET)).rejects.toThrow(
      'Json error',
    );
  });
});

describe('a main module', () => {
  const MODULE = `export default {
    async main({ dispatch, log }) {
      const answers = [];
      for (const n of [1, 2]) answers.push(await dispatch({ n }));
      const failed = await dispatch(null).catch((error) => error.code);
      log.info(JSON.stringify([...answers, failed]));
    },
  };`;

  async function withMain<T>(use: (file: string) => Promise<T>): Promise<T> {
    const dir = await mkdtemp(join(tmpdir(), 'phlow-main-'));
    await mkdir(join(dir, 'ticker'));
    await writeFile(join(dir, 'ticker', 'phlow.yaml'), 'name: ticker\ntype: main\n');
    await writeFile(join(dir, 'ticker', 'index.js'), MODULE);
    await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
    const text = 'main: ticker\nmodules: [./ticker]\nsteps:\n  - payload: main.n * 10\n';
    await writeFile(join(dir, 'main.phlow'), text);
    try {
      return await use(dir);
    } finally {
      await rm(dir, { recursive: true });
    }
  }

  test('starts a run with each event, and gets its result or its error', async () => {
    await withMain(async (file) => {
      const lines: string[] = [];
      const log = ({ module, message }: { module: string; message: string }): void => {
        if (module === 'ticker') lines.push(message);
      };
      const flow = await openFlow(file, { ...QUIET, log, serve: true });
      await flow.mainEnded;
      await flow.close();
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([[10, 20, 'PHLOW_FLOW_STEP_FAILED']]);
    });
  });

  test('stays idle when the flow is not served, and cannot be called', async () => {
    await withMain(async (file) => {
      const flow = await openFlow(file, QUIET);
      await flow.mainEnded;
      expect(await flow.run({ main: { n: 4 } })).toBe(40);
      await flow.close();
    });
  });
});
