import { describe, expect, test } from '@jest/globals';
import type { FlowRunOptions } from '../../src/index.js';
import { openFlow } from '../../src/index.js';
import type { Value } from '../../src/values.js';
import { errorOf } from '../support/with-host.js';

/** Runs a flow once, whose module `source` replies with a list. */
async function run(
  steps: Value,
  options?: FlowRunOptions,
  more: Readonly<Record<string, Value>> = {},
): Promise<Value> {
  await using flow = await openFlow(
    { flow: { modules: [{ module: 'source' }], steps, ...more }, baseDir: process.cwd() },
    {
      modules: { source: ({ input }) => (input === 'fails' ? Promise.reject(new Error('no')) : [input, 2]) },
      log: () => undefined,
    },
  );
  return await flow.run(options);
}

describe('a stream that nobody reads item by item', () => {
  test('is the list of its items, and ends the run', async () => {
    expect(await run([{ use: 'source', input: 1, stream: true }, { payload: 'behind' }])).toEqual([1, 2]);
  });

  test('is the body of what the step returns besides', async () => {
    const step = { use: 'source', input: 1, stream: true, return: { status_code: 201 } };
    expect(await run([step])).toEqual({ status_code: 201, body: [1, 2] });
  });

  test('that fails does so as a step', async () => {
    const steps = [{ use: 'source', input: 'fails', stream: true }];
    expect(await errorOf(run(steps))).toMatchObject({ code: 'PHLOW_FLOW_STEP_FAILED' });
    expect(await run(steps, {}, { on_error: [{ return: 'handled' }] })).toBe('handled');
  });

  test.each([['text'], [{ body: 1 }]])('has an object without a body as its head: not %j', async (head) => {
    const error = await errorOf(
      run([{ use: 'source', stream: true, return: `{{ ${JSON.stringify(head).replace('{', '#{')} }}` }]),
    );
    expect(error.message).toMatch(/"return" beside "stream" must be an object, without the body/);
  });
});
