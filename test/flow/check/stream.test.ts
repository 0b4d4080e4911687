import { describe, expect, test } from '@jest/globals';
import { checkFlow } from '../../../src/index.js';

async function found(steps: string): Promise<string[]> {
  const diagnostics = await checkFlow({ text: `modules: [{ module: echo }]\nsteps:\n${steps}\n` });
  return diagnostics.map(({ severity, message, place }) => `${severity} ${place?.line ?? '-'}: ${message}`);
}

describe('a check of stream', () => {
  test.each<[string, string]>([
    ['- label: a\n  stream: true', 'error 3: steps[0] ("a"): "stream" has no meaning here: it stands'],
    ['- echo: 1\n  stream: yes please', 'error 4: "stream" must be true or false: found yes please'],
    [
      '- echo: 1\n  stream: true\n  retry: 2',
      'error 5: "retry" cannot stand beside "stream": items that were',
    ],
    [
      '- echo: 1\n  stream: true\n  payload: 2',
      'error 5: "payload" cannot stand beside "stream": nothing comes',
    ],
    [
      '- echo: 1\n  stream: true\n  on_error: []',
      'error 5: "on_error" cannot stand beside "stream": items may',
    ],
    [
      '- echo: 1\n  stream: true\n  return:\n    status_code: 200\n    body: 1',
      'error 7: "return" beside "stream" has no body',
    ],
    [
      '- parallel:\n    a:\n      echo: 1\n      stream: true',
      'error 5: steps[0].parallel.a: "stream" has no',
    ],
    [
      '- for_each:\n    in: main\n    steps:\n      - echo: 1\n        stream: true',
      'error 6: steps[0].for_each.steps[0]',
    ],
    [
      '- payload: 1\nfinally:\n  - echo: 1\n    stream: true',
      'error 5: finally[0]: "stream" has no meaning here',
    ],
    ['- echo: 1\n  stream: true\n- payload: 1', 'warning 5: no run reaches steps[1]'],
  ])('%j: %s', async (steps, expected) => {
    const [first = ''] = await found(steps);
    expect(first.slice(0, expected.length)).toBe(expected);
  });

  test.each([
    '- assert: main\n  echo: 1\n  stream: true\n- payload: 1',
    '- assert: main\n  then: { echo: 1, stream: true }\n- payload: 1',
    '- echo: 1\n  stream: false\n  retry: 2',
  ])('says nothing of %j', async (steps) => {
    expect(await found(steps)).toEqual([]);
  });

  test('its errors have a code frame', async () => {
    const text = 'modules: [{ module: echo }]\nsteps:\n  - echo: 1\n    stream: true\n    to: x\n';
    const [first] = await checkFlow({ text });
    expect(first?.place?.frame).toContain('> 5 |     to: x');
  });
});
