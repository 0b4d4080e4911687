import { describe, expect, test } from '@jest/globals';
import { openFlow, testFlow } from '../../../src/index.js';
import { errorOf } from '../../support/with-host.js';

const QUIET = { log: () => undefined };

async function messages(text: string): Promise<string[]> {
  const { results } = await testFlow({ text }, QUIET);
  return results.map(({ passed, message }) => (passed ? 'passed' : message));
}

describe('advance', () => {
  test('moves the clock before the flow, so that what earlier cases stored has aged', async () => {
    const text = `modules: [{ module: cache }]
steps:
  - assert: main == "set"
    then: { cache.set: { key: "k", value: 1, ttl: 10 } }
    else: { cache.get: { key: "k" } }
tests:
  - { main: set, assert: payload.success }
  - { main: get, advance: 9999ms, assert: payload.found }
  - { main: get, advance: 1s, assert: payload.found == false }`;
    expect(await messages(text)).toEqual(['passed', 'passed', 'passed']);
  });

  test('ends a sleep in a step, in a loop, in a parallel branch and inside a script module', async () => {
    const text = `modules: [sleep]
steps:
  - payload: { count: 0 }
  - id: again
    use: sleep
    input: { hours: 1 }
    payload: { count: payload.count + 1 }
  - { assert: !phs payload.count < 3, to: again }
  - parallel:
      a: [{ id: inner, use: sleep, input: { minutes: 5 }, payload: done }]
tests:
  - advance: { again: 1h, inner: 5m }
    assert_eq: { a: done }`;
    expect(await messages(text)).toEqual(['passed']);
  });

  test('of a step that calls nothing moves the clock when the step ends', async () => {
    const text = `modules: [cache]
steps:
  - cache.set: { key: "k", value: 1, ttl: 10 }
  - { id: wait, label: time passes }
  - cache.get: { key: "k" }
tests:
  - advance: { wait: 11s }
    assert: !phs !payload.found`;
    expect(await messages(text)).toEqual(['passed']);
  });

  test('is needed once the clock is manual: a case that sleeps without it fails at its timeout', async () => {
    const text = `modules: [sleep]
steps: [{ use: sleep, input: { milliseconds: 1 } }]
tests:
  - { it: hangs, assert: true }
  - { advance: 1, assert: true }`;
    const { results } = await testFlow({ text }, { ...QUIET, timeoutMs: 50 });
    expect(results[0]?.message).toContain('it took longer than 50 ms');
  });

  test.each([
    ['no length of time', 'advance: soon', '"advance" must be a length of time'],
    ['an unknown step', 'advance: { wiat: 5s }', 'not there: "wiat". Did you mean "wait"?'],
  ])('is refused before anything runs for %s', async (_, advance, text) => {
    const flow = `steps: [{ id: wait }]\ntests:\n  - ${advance}\n    assert: true`;
    const error = await errorOf(testFlow({ text: flow }, QUIET));
    expect(error.message).toContain(text);
  });

  test('fails a case of a flow that was opened with real time', async () => {
    await using flow = await openFlow({ text: 'steps: []\ntests: [{ advance: 5, assert: true }]' }, QUIET);
    const { results } = await flow.test();
    expect(results[0]?.message).toContain('the modules were loaded with real time');
  });
});
