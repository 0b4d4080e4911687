import { describe, expect, test } from '@jest/globals';
import { testFlow, type TestReport } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const QUIET = { log: () => undefined };

function run(text: string): Promise<TestReport> {
  return testFlow({ text }, QUIET);
}

async function messages(text: string): Promise<string[]> {
  return (await run(text)).results.map(({ passed, message }) => (passed ? 'passed' : message));
}

const ASK = `modules: [http]
steps:
  - http: main
`;

describe('mocks', () => {
  test('answer for a module that is not installed, by the part of the input they name', async () => {
    const text = `${ASK}
tests:
  - main: { url: "a", deep: { list: [{ n: 1, more: 2 }] } }
    mocks: { http: [{ input: { deep: { list: [{ n: 1 }] } }, reply: fits }, { reply: other }] }
    assert_eq: fits
  - main: { url: "a", deep: { list: [] } }
    mocks: { http: [{ input: { deep: { list: [{ n: 1 }] } }, reply: fits }, { reply: other }] }
    assert_eq: other`;
    expect(await messages(text)).toEqual(['passed', 'passed']);
  });

  test('may be one answer instead of a list, whose expressions see the call', async () => {
    const text = `${ASK}
mocks:
  http:
    reply: { twice: input.n * 2, before: payload, main: main.n }
tests:
  - main: { n: 4 }
    payload: old
    assert_eq: { twice: 8, before: old, main: 4 }`;
    expect(await messages(text)).toEqual(['passed']);
  });

  test('nearest to the case count, module by module', async () => {
    const text = `modules: [a, b]
steps:
  - { id: a, use: a }
  - { id: b, use: b }
  - return: [steps.a, steps.b]
mocks: { a: { reply: "file" }, b: { reply: "file" } }
tests:
  - tests:
      - mocks: { b: { reply: "case" } }
        assert_eq: ["group", "case"]
      - assert_eq: ["group", "file"]
    mocks: { a: { reply: "group" } }
  - assert_eq: ["file", "file"]`;
    expect(await messages(text)).toEqual(['passed', 'passed', 'passed']);
  });

  test('with times answer so many calls, and fail the case when fewer come', async () => {
    const text = `modules: [a]
steps:
  - for_each: { in: main, steps: [{ use: a }] }
tests:
  - main: !phs [1, 2, 3]
    mocks: { a: [{ reply: 1, times: 2 }, { reply: 2 }] }
    assert_eq: [1, 1, 2]
  - main: !phs [1]
    mocks: { a: [{ input: null, reply: 1 }, { input: { x: 1 }, reply: 2, times: 2 }] }
    assert_eq: [1]`;
    const [first, second] = await messages(text);
    expect(first).toBe('passed');
    expect(second).toContain('Expected 2 calls of "a" with { "x": 1 }, got 0');
  });

  test('fail the case for a call they do not expect, also when the flow gets over it', async () => {
    const text = `modules: [a]
steps:
  - use: a
    input: { n: main }
    on_error: { payload: fine }
tests:
  - main: 2
    mocks: { a: { input: { n: 1 }, reply: 1 } }
    assert_eq: fine
  - main: 2
    mocks: { a: [] }
    assert_eq: fine`;
    expect(await messages(text)).toEqual([
      'Unexpected call of "a" with { "n": 2 }: expected one of\n  { "n": 1 }',
      'Unexpected call of "a" with { "n": 2 }: expected no call at all',
    ]);
  });

  test('answer calls in expressions as well, and errors are those of a module', async () => {
    const text = `modules: [a]
steps:
  - payload: !phs a(5) + 1
  - use: a
    on_error: { payload: [error.code, error.message, payload] }
tests:
  - mocks:
      a:
        - { input: 5, reply: 10 }
        - error: \`no \${input ?? "input"}\`
    assert_eq: [PHLOW_MODULE_ERROR, no input, 11]`;
    expect(await messages(text)).toEqual(['passed']);
  });

  test('leave a module alone that only some cases mock', async () => {
    const text = `modules: [echo]
steps: [{ use: echo, input: real }]
tests:
  - assert_eq: real
  - mocks: { echo: { reply: mocked } }
    assert_eq: mocked`;
    expect(await messages(text)).toEqual(['passed', 'passed']);
  });

  test('let a case without them say that the module is missing', async () => {
    const text = `${ASK}
tests:
  - mocks: { http: { reply: 1 } }
    assert_eq: 1
  - assert_eq: 1`;
    const [first, second] = await messages(text);
    expect(first).toBe('passed');
    expect(second).toContain(
      'Cannot call module "http", which this test does not mock: Cannot find module "http"',
    );
  });

  test.each([
    ['a module that is not declared', 'htpt: []', 'not declared: "htpt". Did you mean "http"?'],
    ['neither reply nor error', 'http: { input: 1 }', 'needs either reply or error: found neither'],
    ['both reply and error', 'http: { reply: 1, error: x }', 'found both'],
    ['an unknown key', 'http: { rply: 1 }', 'a mock has no key "rply". Did you mean "reply"?'],
    ['times that are no count', 'http: { reply: 1, times: 0 }', '"times" must be a whole number'],
    ['an answer that is no mapping', 'http: [1]', 'must be a mapping with reply or error'],
    ['code that does not compile', 'http: { reply: !phs 1 + }', 'Mock error: Compile error'],
  ])('are refused before anything runs for %s', async (_, mocks, text) => {
    const error = await errorOf(run(`${ASK}\ntests:\n  - mocks: { ${mocks} }\n    assert_eq: 1`));
    expect(error.code).toBe('PHLOW_FLOW_INVALID');
    expect(error.message).toContain(text);
  });

  describe('of modules that script modules call', () => {
    const FILES = {
      'price.phlow': `modules: [http, { module: ./tax }]
steps:
  - http: { item: main }
  - payload: { net: payload.net }
  - id: tax
    use: tax
    input: payload.net
  - payload: steps.tax
`,
      'tax.phlow':
        'modules: [rates]\nsteps:\n  - rates: { country: "DE" }\n  - payload: main * payload.rate\n',
    };
    const FLOW = `modules: [{ module: ./price }]
steps:
  - use: price
    input: main
`;

    async function outcome(tests: string, isInstalled = false): Promise<string[]> {
      return withFolder(async (dir) => {
        writeFiles(dir, FILES);
        const echo = { 'phlow.yaml': 'name: x', 'index.js': 'export default ({ input }) => input;' };
        for (const name of isInstalled ? ['http', 'rates'] : []) {
          for (const [file, text] of Object.entries(echo))
            writeFiles(dir, { [`phlow_packages/${name}/${file}`]: text });
        }
        const { results } = await testFlow(
          { text: `${FLOW}${tests}`, baseDir: dir },
          { ...QUIET, packagesDir: dir },
        );
        return results.map(({ passed, message }) => (passed ? 'passed' : message));
      });
    }

    test('are named by their path, at any depth, and change from case to case', async () => {
      const tests = `mocks:
  price/tax/rates: { reply: { rate: 2 } }
tests:
  - main: tea
    mocks: { price/http: { input: { item: "tea" }, reply: { net: 10 }, times: 1 } }
    assert_eq: 20
  - main: tea
    mocks: { price/http: { reply: { net: 10 } }, price/tax/rates: { reply: { rate: 3 } } }
    assert_eq: 30
  - main: tea
    mocks: { price/http: { reply: { net: 10 } }, price/tax: { reply: free } }
    assert_eq: free`;
      expect(await outcome(tests)).toEqual(['passed', 'passed', 'passed']);
    });

    test('complain about calls that no answer fits and about those that did not come', async () => {
      const tests = `mocks:
  price/tax/rates: { reply: { rate: 2 } }
tests:
  - main: tea
    mocks: { price/http: { input: { item: "coffee" }, reply: { net: 10 }, times: 1 } }
    expect_error: true`;
      const [message] = await outcome(tests);
      expect(message).toMatch(/Unexpected call of "price\/http" with \{ "item": "tea" \}/);
      expect(message).toMatch(/Expected 1 call of "price\/http".*got 0/);
    });

    test.each([
      ['prise/http', /mocks names a module that is not declared: "prise\/http"/],
      ['price/htp', /Cannot mock "htp" of flow\/price: it declares no such module. Did you mean "http"/],
      ['price/tax/x', /Cannot mock "x" of flow\/price\/tax: it declares no such module/],
      ['price/http/x', /Cannot mock "http\/x": module "http" is not a script module/],
    ])('%s, which is not there, is refused', async (path, reason) => {
      const tests = `tests:\n  - mocks: { ${path}: { reply: 1 } }\n    assert: true\n`;
      expect((await errorOf(outcome(tests, true))).message).toMatch(reason);
    });
  });
});
