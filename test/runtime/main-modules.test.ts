import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openFlow, type Flow, type LogLine, type OpenFlowOptions } from '../../src/index.js';
import { Deferred } from '../../src/wire/deferred.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

/** A main module that does what its text says, and reports what came of it. */
const MAIN = `
export default {
  start({ isMain, log }) { log.info('isMain ' + isMain); return { left: 0 }; },
  async main(context, state) {
    const report = (promise) => promise.then((value) => context.log.info('result ' + JSON.stringify(value ?? null)), (error) => context.log.info('error ' + error.code));
    state.dispatch = (...args) => report(context.dispatch(...args));
    await Promise.all(context.with.events.map((event) => state.dispatch(...event)));
    context.log.info('dispatched');
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
  },
  async drain(state) { await state.dispatch('while draining'); },
  handler: () => 'called',
};
`;

const FILES = {
  'main/phlow.yaml': 'name: main\ntype: any\nentry: index.mjs\n',
  'main/index.mjs': MAIN,
};

const STEPS = [
  { id: 'first', payload: '{{ "first " + main }}' },
  { return: '{{ payload }}' },
  { id: 'second', return: '{{ "second " + main }}' },
  { id: 'waits', use: 'gate' },
];

/** Opens a flow whose main dispatches these events, at a level. */
function withMain(
  isolation: string,
  events: readonly unknown[],
  run: (flow: Flow, said: (text: string) => Promise<void>, lines: readonly string[]) => Promise<void>,
  options: OpenFlowOptions = { serve: true },
): Promise<void> {
  return withFolder(async (folder) => {
    writeFiles(folder, FILES);
    const lines: string[] = [];
    const waiting = new Map<string, Deferred<void>>();
    const log = ({ message }: LogLine): void => {
      lines.push(message);
      waiting.get(message)?.resolve();
    };
    const said = (text: string): Promise<void> => {
      if (lines.includes(text)) return Promise.resolve();
      const deferred = new Deferred<void>();
      waiting.set(text, deferred);
      return deferred.promise;
    };
    const modules = [{ module: './main', isolation, with: { events } }, { module: 'gate' }];
    const flow = await openFlow(
      { flow: { main: 'main', modules, steps: STEPS } as never, baseDir: join(folder) },
      { modules: { gate: () => new Promise(() => undefined) }, ...options, log },
    );
    try {
      await run(flow, said, lines);
    } finally {
      await flow.close({ graceMs: 0 });
    }
  });
}

describe.each(['trusted', 'isolated'])('a main module at %s', (isolation) => {
  test('starts runs at a step of its choice, with a time of its choice', async () => {
    const events = [
      ['a'],
      ['b', { step: 'second' }],
      ['c', { step: 'waits', timeoutMs: 20 }],
      ['d', { step: 'nowhere' }],
    ];
    await withMain(isolation, events, async (_, said, lines) => {
      await said('dispatched');
      expect(lines.filter((line) => /^(result|error) /.test(line)).sort()).toEqual([
        'error PHLOW_FLOW_INVALID',
        'error PHLOW_FLOW_TIMED_OUT',
        'result "first a"',
        'result "second b"',
      ]);
    });
  });

  test('gets to know whether it is the main of its flow', async () => {
    await withMain(isolation, [], (_, said) => said('isMain true'));
    await withMain(isolation, [], (_, said) => said('isMain false'), { serve: false });
  });

  test('drains before its runs are refused, once', async () => {
    await withMain(isolation, [], async (flow, said, lines) => {
      await said('dispatched');
      await Promise.all([flow.close(), flow.close()]);
      expect(lines.filter((line) => line.includes('draining'))).toEqual(['result "first while draining"']);
    });
  });

  test('has no more time to drain than its runs', async () => {
    await withMain(isolation, [['x', { step: 'waits' }]], async (flow, said) => {
      await said('isMain true');
      await flow.close({ graceMs: 50 });
    });
  });
});

test('a flow takes no runs of its owner once it is being closed', async () => {
  await withMain('trusted', [], async (flow, said) => {
    await said('dispatched');
    const closing = flow.close();
    await expect(flow.run()).rejects.toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
    await closing;
  });
});

test('a test case starts at the step that it names', async () => {
  const source = (step: string): never =>
    ({
      flow: { steps: STEPS.slice(0, 3), tests: [{ it: 'starts', step, main: 'x', assert_eq: 'second x' }] },
      baseDir: process.cwd(),
    }) as never;
  const flow = await openFlow(source('second'));
  expect(await flow.test()).toMatchObject({ passed: 1, failed: 0 });
  await flow.close();
  const wrong = await openFlow(source('secnod'));
  await expect(wrong.test()).rejects.toThrow(
    'step names a step that is not there: "secnod". Did you mean "second"?',
  );
  await wrong.close();
});
