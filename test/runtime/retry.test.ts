import { describe, expect, test } from '@jest/globals';
import { checkFlow, openFlow, testFlow, type OpenFlowOptions } from '../../src/index.js';
import { delayAfter, isRetried } from '../../src/flow/engine/retrying.js';
import type { InlineHandler } from '../../src/runtime/inline-module.js';
import type { StepEvent } from '../../src/runtime/step-events.js';
import { errorOf } from '../support/with-host.js';

const QUIET = { log: () => undefined, envs: {} };

const flowOf = (retry: string): string => `modules: [work]\nsteps:\n  - use: work\n    retry: ${retry}\n`;

/** A module that fails with these errors, one after the other, and then answers. */
function failing(...errors: readonly Error[]) {
  const left = [...errors];
  const tries = { count: 0 };
  const work: InlineHandler = () => {
    tries.count++;
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'done';
  };
  return { work, tries };
}

function withCode(code: string): Error {
  return Object.assign(new Error(`failed with ${code}`), { code });
}

async function run(retry: string, work: InlineHandler, options: OpenFlowOptions = {}): Promise<unknown> {
  await using flow = await openFlow({ text: flowOf(retry) }, { ...QUIET, ...options, modules: { work } });
  return await flow.run();
}

describe('the delay before another attempt', () => {
  const POLICY = { delayMs: 100, backoff: 2, maxDelayMs: 1_000, jitter: 0 };

  test.each([
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1_000],
    [900, 1_000],
    [5_000, 1_000],
  ])('after attempt %d is %d ms', (tried, ms) => {
    expect(delayAfter(POLICY, tried, 0.5)).toBe(ms);
  });

  test('stays 0 whatever the factor', () => {
    expect(delayAfter({ ...POLICY, delayMs: 0 }, 5_000, 0.5)).toBe(0);
  });

  test.each([
    [1, 0, 100],
    [1, 0.5, 50],
    [0.5, 0.5, 75],
    [0.2, 1, 80],
    [0, 1, 100],
  ])('with a jitter of %d loses a random part: at %d it is %d ms', (jitter, random, ms) => {
    expect(delayAfter({ ...POLICY, jitter }, 1, random)).toBe(ms);
  });
});

describe('the codes of `on`', () => {
  test('are looked for in an error, its causes, and what it was in its module', () => {
    const inner = withCode('ECONNRESET');
    expect(isRetried({ on: undefined }, inner)).toBe(true);
    expect(isRetried({ on: ['ECONNRESET'] }, new Error('outer', { cause: inner }))).toBe(true);
    expect(isRetried({ on: ['EPIPE'] }, new Error('outer', { cause: inner }))).toBe(false);
    expect(isRetried({ on: ['EPIPE'] }, 'no error at all')).toBe(false);
  });

  test('decide whether a step is tried again', async () => {
    const { work, tries } = failing(withCode('ECONNRESET'), withCode('EACCES'), withCode('ECONNRESET'));
    const error = await errorOf(run('{ count: 5, on: [ECONNRESET, EPIPE] }', work));
    expect(error).toMatchObject({ code: 'PHLOW_FLOW_STEP_FAILED', cause: { code: 'EACCES' } });
    expect(tries.count).toBe(2);
  });
});

describe('the total time', () => {
  test('ends an attempt that is in progress, and names the failure before it', async () => {
    let count = 0;
    const work: InlineHandler = () => {
      if (++count === 1) throw withCode('FIRST');
      return new Promise(() => undefined);
    };
    const error = await errorOf(run('{ count: 5, total: 30ms }', work));
    expect(error.message).toContain('its attempts took longer than the total of 30 ms');
    expect(error.cause).toMatchObject({ code: 'PHLOW_FLOW_TIMED_OUT' });
    expect((error.cause as Error).cause).toMatchObject({ cause: { code: 'FIRST' } });
    expect(count).toBe(2);
  });

  test('leaves out a delay that does not fit into it: the step fails at once, as the attempt did', async () => {
    const { work, tries } = failing(withCode('FIRST'), withCode('SECOND'));
    const error = await errorOf(run('{ count: 5, delay: 1h, max_delay: 1h, total: 1m }', work));
    expect(error).toMatchObject({ cause: { code: 'FIRST' } });
    expect(tries.count).toBe(1);
  });

  test('does nothing to a step that is done in time', async () => {
    const { work } = failing(withCode('FIRST'));
    expect(await run('{ total: 1h }', work)).toBe('done');
  });
});

describe('a delay', () => {
  test('ends as soon as the run is cancelled', async () => {
    const { work, tries } = failing(withCode('FIRST'));
    const controller = new AbortController();
    const onStep = (event: StepEvent): void => {
      if (event.type === 'retried') controller.abort(new Error('enough'));
    };
    const text = flowOf('{ delay: 1h, max_delay: 1h }');
    await using flow = await openFlow({ text }, { ...QUIET, modules: { work }, onStep });
    await expect(flow.run({ signal: controller.signal })).rejects.toMatchObject({
      code: 'PHLOW_FLOW_CANCELLED',
      place: { line: 3 },
    });
    expect(tries.count).toBe(1);
  });

  test('ends at the deadline of the run', async () => {
    const { work } = failing(withCode('FIRST'));
    const text = flowOf('{ delay: 1h, max_delay: 1h }');
    await using flow = await openFlow({ text }, { ...QUIET, modules: { work } });
    await expect(flow.run({ timeoutMs: 20 })).rejects.toMatchObject({ code: 'PHLOW_FLOW_TIMED_OUT' });
  });

  test('is reported with the number of the attempt behind it', async () => {
    const { work } = failing(withCode('FIRST'), withCode('SECOND'));
    const events: unknown[] = [];
    const onStep = (event: StepEvent): void => {
      if (event.type === 'retried') events.push([event.attempt, event.delayMs]);
    };
    expect(await run('{ count: 2, delay: 1ms, backoff: 3 }', work, { onStep })).toBe('done');
    expect(events).toEqual([
      [2, 1],
      [3, 3],
    ]);
  });

  test('is skipped in tests, and counts for the total time', async () => {
    const steps = (retry: string): string =>
      `${flowOf(retry)}tests:\n  - mocks: { work: [{ error: no, times: 2 }, { reply: 1 }] }\n    assert_eq: 1\n`;
    const passed = async (retry: string): Promise<(boolean | undefined)[]> =>
      (await testFlow({ text: steps(retry) }, QUIET)).results.map((result) => result.passed);
    expect(await passed('{ count: 2, delay: 40m, max_delay: 2h, backoff: 2 }')).toEqual([true]);
    expect(await passed('{ count: 2, delay: 40m, max_delay: 2h, backoff: 2, total: 3h }')).toEqual([true]);
    expect(await passed('{ count: 2, delay: 40m, max_delay: 2h, backoff: 2, total: 110m }')).toEqual([false]);
  });
});

describe('a check of retry', () => {
  const found = async (steps: string): Promise<string[]> =>
    (await checkFlow({ text: `modules: [echo]\nsteps:\n${steps}\n` })).map(
      ({ severity, message, place }) => `${severity} ${place?.line}:${place?.column}: ${message}`,
    );

  test.each([
    [
      '{ attempts: 5 }',
      '14: "retry" has no key "attempts". Did you mean "count"? (it counts the attempts after the first)',
    ],
    ['{ cuont: 5 }', '14: "retry" has no key "cuont". Did you mean "count"?'],
    ['{ max_duration: 5s }', '14: "retry" has no key "max_duration". Did you mean "total"?'],
    ['{ count: -1 }', '21: "count" of "retry" must be a whole number from 0 to 1000: found -1'],
    ['{ jitter: 2 }', '22: "jitter" of "retry" must be true, false or a number from 0 to 1: found 2'],
    ['{ total: 0 }', '21: "total" of "retry" must be a length of time above 0 such as 30s: found 0'],
    ['{ delay: soon }', '21: "delay" of "retry" must be a length of time such as 200ms or 5s: found soon'],
    ['{ backoff: 0.5 }', '23: "backoff" of "retry" must be a number of at least 1: found 0.5'],
    [
      '{ on: [] }',
      '18: "on" of "retry" must be a code such as PHLOW_MODULE_BUSY, or a list of codes: found []',
    ],
  ])('points at the key that is wrong: %s', async (retry, expected) => {
    expect(await found(`  - echo: 1\n    retry: ${retry}`)).toEqual([`error 4:${expected}`]);
  });

  test.each([
    [
      'echo: 1\n    retry: { on: PHLOW_MODULE_BUYS }',
      'no step fails with the code "PHLOW_MODULE_BUYS". Did you mean',
    ],
    [
      'echo: 1\n    retry: { delay: 5s, total: 1s }',
      'never tries steps[0] again: its delay of 5000 ms does not fit into its total',
    ],
    ['return: 1\n    retry: 2', '"retry" does nothing in steps[0]'],
    ['log: hello\n    timeout: 2s', '"timeout" does nothing in steps[0]'],
    [
      'assert: main\n    then: { payload: 1 }\n    payload: 2\n    retry: 2',
      '"retry" does nothing in steps[0]',
    ],
  ])('warns of what does nothing: %s', async (step, expected) => {
    expect(await found(`  - ${step}`)).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    'echo: 1\n    retry: { delay: 5s, total: 1m, jitter: true, on: [ECONNRESET, PHLOW_MODULE_BUSY] }',
    'payload: main.a\n    retry: 0',
    'payload: main.a\n    timeout: 2s',
    'parallel: { a: { payload: 1 } }\n    retry: 2',
  ])('has nothing to say about %s', async (step) => {
    expect(await found(`  - ${step}`)).toEqual([]);
  });
});
