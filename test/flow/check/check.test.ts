import { describe, expect, test } from '@jest/globals';
import { checkFlow } from '../../../src/index.js';

async function found(text: string): Promise<string[]> {
  const diagnostics = await checkFlow({ text });
  return diagnostics.map(({ severity, message, place }) => `${severity} ${place?.line ?? '-'}: ${message}`);
}

describe('a check of steps', () => {
  test.each<[string, string, string[]]>([
    ['behind a jump', '- to: a\n- payload: 1\n- payload: 2\n- id: a', ['3: no run reaches steps[1]']],
    ['behind a return', '- return: 1\n- payload: 1', ['3: no run reaches steps[1]']],
    [
      'behind two branches that end the flow',
      '- assert: main\n  then: { return: 1 }\n  else: { return: 2 }\n- payload: 1',
      ['5: no run reaches steps[1]'],
    ],
    [
      'in a body',
      '- for_each: { in: main, steps: [{ return: 1 }, { payload: 1 }] }',
      ['2: no run reaches steps[0].for_each.steps[1]'],
    ],
  ])('warns of those that no run reaches: %s', async (_, steps, expected) => {
    const all = await found(`steps:\n${steps}\n`);
    expect(all.map((line) => line.replace(/: nothing leads there$/, ''))).toEqual(
      expected.map((line) => `warning ${line}`),
    );
  });

  test.each([
    '- assert: main\n  return: 1\n- payload: 1',
    '- assert: main\n  to: b\n- payload: 1\n- id: b',
    '- assert: main\n  then: { to: b }\n- return: 1\n- id: b',
    '- payload: !phs 1 / 0\n  on_error: { payload: 2 }\n- parallel: { a: [{ payload: 1 }], b: [] }',
    '- id: top\n- assert: main\n  to: top',
    '- assert: main\n  then: []\n- payload: 1',
  ])('says nothing of steps that a run may come to: %#', async (steps) => {
    expect(await found(`steps:\n${steps}\n`)).toEqual([]);
  });

  test('warns of once where there is nothing to repeat', async () => {
    const steps = '- payload: 1\n  once: true\n- log: a\n  once: true\n- return: 1\n  once: true\n';
    const said =
      'means nothing in steps[N]: it is about steps that call a module, run bodies or compute a payload';
    expect(await found(`steps:\n${steps}`)).toEqual([
      `warning 4: "once" ${said.replace('N', '1')}`,
      `warning 6: "once" ${said.replace('N', '2')}`,
    ]);
  });

  test('warns of settings and inputs that a manifest does not know', async () => {
    const modules = 'modules:\n  - module: cache\n    with: { capacty: 5 }\n';
    const step = 'steps:\n  - cache.get: { key: "a", defualt: 1 }\n';
    expect(await found(modules + step)).toEqual([
      'warning 3: module "cache" has no setting "capacty". Did you mean "capacity"?',
      'warning 5: module "cache" has no input "defualt".',
    ]);
  });

  test('warns of names that no variable has where they stand, once each, and of no others', async () => {
    const flow = [
      'modules:',
      '  - module: cache',
      '    with: { capacity: size }',
      'steps:',
      '  - payload: [1].map(|v| v + paylaod)',
      '  - for_each: { in: main, steps: [{ payload: itme + item + index }] }',
      '  - payload: !phs',
      '      fn half(n) { n / main }',
      '      let n = 3; half(n)',
      '    on_error: { payload: error.code + input + setup + steps + envs + tests }',
      'tests:',
      '  - assert: paylod == main',
    ];
    expect(await found(flow.join('\n'))).toEqual([
      'warning 5: no variable "paylaod" is in sight here. Did you mean "payload"?',
      'warning 6: no variable "itme" is in sight here. Did you mean "item"?',
      'warning 8: no variable "main" is in sight here.',
      'warning 3: no variable "size" is in sight here.',
      'warning 12: no variable "paylod" is in sight here. Did you mean "payload"?',
    ]);
  });

  test.each([
    ['stepz: []', '1: Steps not defined: a flow needs a list under "steps": found "stepz"'],
    [
      'modules:\n- modul: cache\nsteps: []',
      '2: Module not found: an entry of "modules" needs the key "module": found "modul"',
    ],
    [
      'steps:\n- for_each: { inn: main, steps: [] }',
      '2: "for_each" must be a mapping with "in" (a list) and "steps": found "inn"',
    ],
    [
      'steps:\n- for_each: { in: main, stepps: [] }',
      '2: "for_each" must be a mapping with "in" (a list) and "steps": found "stepps"',
    ],
    [
      'steps:\n- timeout: 5 sec',
      '2: "timeout" must be a length of time such as 500 (milliseconds), 250ms, 5s or 1m: found 5 sec',
    ],
  ])('names what stands where something is missing: %j', async (text, expected) => {
    expect(await found(`${text}\n`)).toContain(`error ${expected}`);
  });

  test.each([
    ['- retry: { cuont: 1 }', 'Did you mean "count"?'],
    ['- if: main', 'Did you mean "assert"?'],
    ['- log.wran: "late"', 'the level of "log.wran" is unknown and means info. Did you mean "warn"?'],
    ['- for_each: { in: main, at_onec: 2, steps: [] }', 'Did you mean "at_once"?'],
  ])('knows what was meant: %j', async (step, expected) => {
    expect((await found(`steps:\n${step}\n`)).join('\n')).toContain(expected);
  });

  test('complains once of a branch without a condition', async () => {
    expect(await found('steps:\n- then: [{ payload: 1 }, { payload: 2 }]\n')).toEqual([
      'warning 2: steps[0] has a branch but no condition, so the branch is never taken',
    ]);
  });

  test('warns of ids that stand twice where both count', async () => {
    expect(await found('steps:\n- id: a\n- id: b\n- id: a\n')).toEqual([
      'warning 4: two steps have the id "a": the other one is steps[0], line 2',
    ]);
    const inBranch =
      'steps:\n- { id: a, payload: 1 }\n- assert: main\n  then: { id: a }\n  else: { id: a }\n';
    expect(await found(inBranch)).toEqual([]);
    expect(await found(`${inBranch}- assert: main\n  to: a\n`)).toEqual([
      expect.stringContaining(
        'warning 4: two steps have the id "a": the other one is steps[0], line 2, and "to" finds only one of them',
      ),
      expect.stringContaining('warning 5: two steps have the id "a"'),
    ]);
  });

  test('points at keys that look like others', async () => {
    expect(await found('setps: []\nsteps:\n- pyload: 1\ntests:\n- asert: true\n')).toEqual([
      'warning 3: the key "pyload" means nothing in a step. Did you mean "payload"?',
      'warning 1: the key "setps" means nothing here. Did you mean "steps"?',
      'warning 5: the key "asert" means nothing in a test. Did you mean "assert"?',
      'warning 5: the test "(test)" fails in any case: it has neither assert nor assert_eq nor expect_error',
    ]);
  });

  test('compiles the expressions of tests and mocks', async () => {
    const flow =
      'modules: [echo]\nsteps: []\ntests:\n- main: !phs 1 +\n  assert: payload == (\n  mocks: { echo: { reply: !phs 2 + } }\n';
    const lines = (await found(flow)).map((line) => line.slice(0, 40));
    expect(lines).toEqual([
      'error 6: Mock error: Compile error: Scri',
      'error 4: Test error: Compile error: Scri',
      'error 5: Test error: Compile error: Scri',
    ]);
  });
});

describe('a check of calls', () => {
  const call = (input: string): Promise<string[]> =>
    found(`modules:\n- module: cache\nsteps:\n- use: cache\n  input: ${input}\n`);
  const refused = (text: string): string[] => [
    `error 5: steps[0] sends module "cache" what it does not take: ${text}`,
  ];

  test.each([
    [
      'a literal',
      '{ action: "fetch" }',
      "Invalid action 'fetch'. Must be one of: set, get, remove, clear, exists, list, cleanup, stats",
    ],
    ['a missing key', '{ action: "get" }', "Missing 'key' field for get action"],
    [
      'a missing key beside computed ones',
      '{ action: "set", value: main.x }',
      "Missing 'key' field for set action",
    ],
    [
      'what stands before a spread of literals',
      '{ ...{ action: "set" }, value: main }',
      "Missing 'key' field for set action",
    ],
    ['no mapping at all', '5', 'Cache input must be an object'],
  ])('refuses an input for %s', async (_, input, text) => {
    expect(await call(input)).toEqual(refused(text));
  });

  test.each([
    '{ action: main.action }',
    '{ action: "get", key: main.key }',
    '{ ...main, action: "get" }',
    '{ action: "fetch", ...main }',
    'main',
    '!phs if main { #{ action: "fetch" } } else { 1 }',
  ])('says nothing of an input that may be right: %s', async (input) => {
    expect(await call(input)).toEqual([]);
  });

  test('looks into short forms and block mappings, and points at the part that is wrong', async () => {
    const flow =
      'modules:\n- module: cache\nsteps:\n- cache.set:\n    key: ""\n    value: main\n- cache.gte: { key: main }\n- cache: {}\n';
    const all = await found(flow);
    expect(all.map((line) => line.slice(0, 9))).toEqual(['error 5: ', 'error 7: ', 'error 8: ']);
    expect(all[0]).toContain('Key cannot be empty for set action');
    expect(all[1]).toContain("Invalid action 'gte'");
    expect(all[2]).toContain("Missing required 'action' field");
  });

  test('looks at settings', async () => {
    const settings = (text: string): Promise<string[]> =>
      found(`modules:\n- module: cache\n  with: ${text}\nsteps: []\n`);
    expect(await settings('{ capacity: envs.CAPACITY }')).toEqual([]);
    expect(await settings('{ capacity: 0, default_ttl: envs.TTL }')).toEqual([
      expect.stringMatching(/^error 3: Cannot load module "cache" with these settings: /),
    ]);
  });

  test('tells of a module that is not there', async () => {
    expect(await found('modules:\n- module: nothing_like_it\nsteps: []\n')).toEqual([
      expect.stringMatching(/^error 2: Cannot use module "nothing_like_it": Cannot find module/),
    ]);
  });
});
