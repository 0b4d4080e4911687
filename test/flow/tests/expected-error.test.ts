import { describe, expect, test } from '@jest/globals';
import { checkFlow, testFlow } from '../../../src/index.js';
import { errorOf } from '../../support/with-host.js';

const FLOW = `modules: [cache, sleep]
steps:
  - assert: main.key == 1
    then: { sleep: { hours: 1 }, timeout: 1ms }
  - cache.get: { key: main.key }
  - assert: !phs !payload.found
    payload: !phs throw "no such key"
tests:
`;

async function message(test: string): Promise<string> {
  const { results } = await testFlow({ text: `${FLOW}${test}` }, { log: () => undefined });
  return results.map(({ passed, message: text }) => (passed ? `passed: ${text}` : text)).join('\n');
}

describe('expect_error', () => {
  test('holds for a part of the message, for the code of the error and of what caused it, and for any failure', async () => {
    expect(await message('  - { main: { key: "a" }, expect_error: no such key }')).toMatch(
      /^passed: Failed as expected/,
    );
    expect(await message('  - { main: { key: "a" }, expect_error: PHLOW_FLOW_STEP_FAILED }')).toMatch(
      /^passed/,
    );
    expect(await message('  - { main: { key: 1 }, expect_error: PHLOW_FLOW_TIMED_OUT }')).toMatch(/^passed/);
    expect(await message('  - { main: { key: "a" }, expect_error: true }')).toMatch(/^passed/);
  });

  test('may be code', async () => {
    expect(await message('  - main: { key: "a" }\n    expect_error: `no such ${"key"}`')).toMatch(/^passed/);
  });

  test('fails when another failure comes, and says which', async () => {
    expect(await message('  - { main: { key: "a" }, expect_error: PHLOW_INPUT_INVALID }')).toMatch(
      /^Expected a failure with the code PHLOW_INPUT_INVALID, got the failure .*no such key.*\(PHLOW_FLOW_STEP_FAILED, /,
    );
    expect(await message('  - { main: { key: "a" }, expect_error: too late }')).toMatch(
      /^Expected a failure with "too late", got the failure /,
    );
  });

  test('fails when the run does not, and shows its result', async () => {
    const text = 'steps: [{ payload: 7 }]\ntests: [{ expect_error: boom }]';
    const { results } = await testFlow({ text });
    expect(results[0]).toMatchObject({
      passed: false,
      message: 'Expected a failure with "boom", got the result 7',
    });
    expect(results[0]?.place).toMatchObject({ line: 2 });
  });

  test('is not met by a test that took too long', async () => {
    const text =
      'modules: [sleep]\nsteps: [{ use: sleep, input: { hours: 1 } }]\ntests: [{ expect_error: true }]';
    const { results } = await testFlow({ text }, { timeoutMs: 5, log: () => undefined });
    expect(results[0]?.message).toMatch(/Execution failed: .*longer than 5 ms/);
  });

  test('leaves later cases nothing of a run that failed', async () => {
    const tests = `  - { id: first, main: { key: "a" }, expect_error: true }
  - { main: { key: tests.first ?? "x" }, expect_error: no such key }`;
    expect((await message(tests)).match(/^passed/gm)).toHaveLength(2);
  });

  test.each([
    ['beside an assertion', '{ assert: true, expect_error: true }', /either expect_error or assert: a run/],
    ['that can be nothing to fail with', '{ expect_error: 7 }', /must be true, a code or a part/],
  ])('%s is refused', async (_, test, reason) => {
    const text = `steps: [{ payload: !phs throw "x" }]\ntests: [${test}]`;
    const outcome = testFlow({ text }).then(({ results }) => Promise.reject(new Error(results[0]?.message)));
    expect((await errorOf(outcome)).message).toMatch(reason);
  });

  test('is an assertion for phlow check', async () => {
    expect(await checkFlow({ text: 'steps: []\ntests: [{ expect_error: boom }]' })).toEqual([]);
  });
});
