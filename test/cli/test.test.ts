import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const FLOW = `steps:
  - payload: main + 1
tests:
  - describe: sums
    tests:
      - it: adds one
        main: 1
        assert_eq: 2
  - it: adds two
    main: 1
    payload: start
    assert: payload == 3 && payload < 9
`;

const GOOD = `steps:
  - assert: main
    then: { payload: yes }
    else: { payload: no }
tests:
  - { it: agrees, main: true, assert_eq: "yes" }
`;

function withFlows<T>(use: (cwd: string) => Promise<T>): Promise<T> {
  return withFolder((cwd) => {
    writeFiles(cwd, { 'main.phlow': FLOW, 'more/good.phlow': GOOD, 'more/part.phlow': '- payload: 1\n' });
    return use(cwd);
  });
}

const PRETTY = `🧪 Running 2 test(s)...


📊 Test Results:
   Total: 2
   Passed: 1 ✅
   Failed: 1 ❌

❌ Some tests failed!

🌲 Test Tree:
├── describe: sums
│   └── ✅ it: adds one
└── ❌ it: adds two

🧾 Failed tests details:

adds two:
  Input:
    main: 1
    payload: start
  Output:
    payload: 2
  Assertion failed: payload == 3 && payload < 9
    payload: 2
  --> FOLDER/main.phlow:12:13
    10 |     main: 1
    11 |     payload: start
  > 12 |     assert: payload == 3 && payload < 9
       |             ^
    13 |

`;

const ORIGINAL = PRETTY.replace('Input:', 'Entrada:')
  .replace('Output:', 'Saída:')
  .replace(/^ {2}Assertion failed[^]*\n\n/m, '\n');

describe('phlow test', () => {
  test('prints results, tree and details in one language, and ends with 1', () =>
    withFlows(async (cwd) => {
      const expected = { code: 1, stdout: PRETTY.replace('FOLDER', cwd), stderr: '' };
      expect(await runPhlow(['test', 'main.phlow'], { cwd })).toEqual(expected);
      expect(await runPhlow(['--test', 'main.phlow'], { cwd })).toEqual(expected);
    }));

  test.each([
    ['test', 'main.phlow', '--reporter', 'original'],
    ['--test', 'main.phlow', '--reporter', 'original'],
  ])('prints the lines of the original, and none besides, where they are asked for: %s', (...args) =>
    withFlows(async (cwd) => {
      expect(await runPhlow(args, { cwd })).toEqual({ code: 1, stdout: ORIGINAL, stderr: '' });
    }),
  );

  test('takes no reporter in the plain form without --test', () =>
    withFlows(async (cwd) => {
      const ended = await runPhlow(['main.phlow', '--reporter', 'tap'], { cwd });
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain('Option --reporter needs --test as well');
    }));

  test('runs the cases whose full title holds the filter, in the plain form too', () =>
    withFlows(async (cwd) => {
      const ended = await runPhlow(['test', 'main.phlow', '--filter', 'sums › adds'], { cwd });
      expect(ended.code).toBe(0);
      expect(ended.stdout).toMatch(
        /^🧪 Running 1 test\(s\) matching 'sums › adds' \(out of 2 total\)\.\.\.\n/,
      );
      expect(ended.stdout).toMatch(
        /🎉 All tests passed!\n\n🌲 Test Tree:\n└── describe: sums\n {4}└── ✅ it: adds one\n$/,
      );
      expect(await runPhlow(['.', '-t', '--test-filter', 'sums › adds'], { cwd })).toEqual(ended);
    }));

  test.each([
    ['--filter', "⚠️  No tests match filter: 'x'\n", ['--filter', 'x'], GOOD],
    ['an empty list', '⚠️  No tests to run\n', [], 'steps: []\ntests: []\n'],
  ])('has nothing to do with %s and says so', (_, stdout, args, flow) =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'a.phlow': flow });
      expect(await runPhlow(['test', 'a.phlow', ...args], { cwd })).toEqual({ code: 0, stdout, stderr: '' });
    }),
  );

  test.each([
    ['without tests', 'steps: []\n', 'No tests found in the phlow file'],
    ['that does not load', 'steps: 1\ntests: []\n', 'Steps not defined'],
    ['that is no YAML', 'steps: [\n', 'PHLOW_FLOW_SYNTAX'],
  ])('ends with 1 for a flow %s', (_, flow, text) =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'a.phlow': flow });
      const ended = await runPhlow(['test', 'a.phlow'], { cwd });
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain(text);
    }),
  );

  test.each(['1', '2'])('tests every flow with tests below a folder, %s at once, in order', (jobs) =>
    withFlows(async (cwd) => {
      writeFiles(cwd, { 'z.phlow': 'tests: nonsense\n' });
      const ended = await runPhlow(['test', '.', '--jobs', jobs], { cwd });
      expect(ended.code).toBe(1);
      expect(ended.stdout.match(/^📄 .*/gm)).toEqual(['📄 main.phlow', '📄 more/good.phlow']);
      expect(ended.stdout).toMatch(
        /📊 3 files, 1 could not be run: 3 test\(s\), 2 passed ✅, 1 failed ❌\n$/,
      );
      expect(ended.stderr).toContain('Steps not defined');
    }),
  );

  test('prints TAP', () =>
    withFlows(async (cwd) => {
      const { code, stdout } = await runPhlow(['test', 'main.phlow', '--reporter', 'tap'], { cwd });
      expect(code).toBe(1);
      expect(stdout.split('\n')).toEqual([
        'TAP version 14',
        '1..2',
        'ok 1 - main.phlow › sums › adds one',
        'not ok 2 - main.phlow › adds two',
        '  ---',
        '  message: "Assertion failed: {{ payload == 3 && payload < 9 }}. payload: 2"',
        `  at: "${cwd}/main.phlow:12:13"`,
        '  values:',
        '    "payload": "2"',
        '    "3": "3"',
        '  ...',
        '',
      ]);
    }));

  test('prints JUnit XML', () =>
    withFlows(async (cwd) => {
      const { code, stdout } = await runPhlow(['test', 'main.phlow', '--reporter', 'junit'], { cwd });
      expect(code).toBe(1);
      const text = stdout.replaceAll(cwd, '').replace(/hostname="[^"]+"/, 'hostname="here"');
      const lines = text
        .replace(/timestamp="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"/, 'timestamp="then"')
        .replace(/ time="\d+\.\d{3}"/g, ' time="0"')
        .split('\n');
      // Ant's schema wants all of these, in this order, and no others; that of Jenkins allows them.
      expect(lines.filter((line) => line.trim().startsWith('<'))).toEqual([
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites>',
        '  <testsuite package="" id="0" name="main.phlow" timestamp="then" hostname="here" tests="2" failures="1" errors="0" time="0">',
        '    <properties/>',
        '    <testcase name="adds one" classname="main.phlow › sums" time="0"/>',
        '    <testcase name="adds two" classname="main.phlow" time="0">',
        '      <failure message="Assertion failed: payload == 3 &amp;&amp; payload &lt; 9" type="assert">Assertion failed: payload == 3 &amp;&amp; payload &lt; 9',
        '    </testcase>',
        '    <system-out/>',
        '    <system-err/>',
        '  </testsuite>',
        '</testsuites>',
      ]);
      expect(text).toContain('--&gt; /main.phlow:12:13');
    }));

  test('prints JSON', () =>
    withFlows(async (cwd) => {
      for (const args of [['--json'], ['--reporter', 'json']]) {
        const { code, stdout } = await runPhlow(['test', 'main.phlow', ...args], { cwd });
        expect(code).toBe(1);
        expect(JSON.parse(stdout)).toMatchObject({
          files: [
            {
              file: 'main.phlow',
              total: 2,
              failed: 1,
              error: null,
              results: [
                { index: 1, title: 'sums › adds one', passed: true },
                {
                  title: 'adds two',
                  passed: false,
                  result: 2,
                  place: { line: 12, column: 13 },
                  explanation: {
                    sides: [
                      { source: 'payload', text: '2' },
                      { source: '3', text: '3' },
                    ],
                  },
                },
              ],
            },
          ],
        });
      }
    }));

  test('prints GitHub annotations, alone or, in a workflow, behind the rest', () =>
    withFlows(async (cwd) => {
      const line = `::error file=${cwd}/main.phlow,line=12,col=13,title=adds two::Assertion failed: payload == 3 && payload < 9%0A  payload: 2%0A--> ${cwd}/main.phlow:12:13\n`;
      const alone = await runPhlow(['test', 'main.phlow', '--reporter', 'github'], { cwd });
      expect(alone).toEqual({ code: 1, stdout: line, stderr: '' });
      const env = { GITHUB_ACTIONS: 'true' };
      expect((await runPhlow(['test', 'main.phlow'], { cwd, env })).stdout).toBe(
        PRETTY.replace('FOLDER', cwd) + line,
      );
      const tap = await runPhlow(['test', 'main.phlow', '--reporter', 'tap'], { cwd, env });
      expect(tap.stdout).not.toContain('::error');
      expect(tap.stderr).toBe(line);
    }));

  test('tells what was reached, through includes, and writes lcov', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        'main.phlow':
          'steps:\n  !include part\n  - label: end\ntests:\n  - { main: true, assert_eq: "yes" }\n',
        'part.phlow': '- assert: main\n  then: { payload: yes }\n  else: { payload: no }\n',
      });
      const { code, stdout } = await runPhlow(
        ['test', 'main.phlow', '--coverage', '--coverage-dir', 'out/cov'],
        { cwd },
      );
      expect(code).toBe(0);
      expect(stdout.slice(stdout.indexOf('☂️')).split('\n')).toEqual([
        '☂️  Coverage:',
        'file             steps  branches  asserts       total  not reached',
        'main.phlow   100 % 1/1         -        -   100 % 1/1',
        'part.phlow  66.6 % 2/3  50 % 1/2        -    60 % 3/5  1 else, 3',
        'all files     75 % 3/4  50 % 1/2        -  66.6 % 4/6',
        '',
      ]);
      expect(readFileSync(join(cwd, 'out/cov/lcov.info'), 'utf8').split('\n')).toEqual([
        ...['TN:', 'SF:main.phlow', 'BRF:0', 'BRH:0', 'DA:3,1', 'LF:1', 'LH:1', 'end_of_record'],
        ...['TN:', 'SF:part.phlow', 'BRDA:1,0,0,1', 'BRDA:1,0,1,0', 'BRF:2', 'BRH:1'],
        ...['DA:1,1', 'DA:2,1', 'DA:3,0', 'LF:3', 'LH:2', 'end_of_record', ''],
      ]);
    }));

  test('fails when less than --min was reached', () =>
    withFlows(async (cwd) => {
      const run = (min: string) => runPhlow(['test', 'more/good.phlow', '--min', min, '--json'], { cwd });
      expect((await run('60')).code).toBe(0);
      const low = await run('60.5');
      expect(low.code).toBe(1);
      expect(low.stderr).toContain('Coverage is too low: 60 % reached, 60.5 % wanted\n');
      expect(JSON.parse(low.stdout)).toMatchObject({
        files: [{ coverage: [{ totals: { together: { reached: 3, all: 5, percent: 60 } } }] }],
      });
    }));

  test.each([
    ['with a filter that matches nothing', ['--filter', 'nothing like it'], GOOD],
    ['without a single case', [], 'steps: []\ntests: []\n'],
  ])('--min fails %s', (_, args, flow) =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'a.phlow': flow });
      const ended = await runPhlow(['test', 'a.phlow', '--min', '0', ...args], { cwd });
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain('no test case ran');
    }),
  );

  test('--watch runs again after a change of an included file, and ends when it is interrupted', () =>
    withFolder(async (cwd) => {
      const part = join(cwd, 'part.phlow');
      writeFiles(cwd, {
        'main.phlow': 'steps:\n  !include part\ntests:\n  - assert_eq: 1\n',
        'part.phlow': '- payload: 2\n',
      });
      const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
      const child = spawn(process.execPath, [main, 'test', 'main.phlow', '--watch'], { cwd });
      let seen = '';
      const onText = (text: string): void => {
        seen += text;
        if (seen.split('Waiting for a change').length === 2 && !seen.includes('changed')) {
          seen += 'changed';
          writeFileSync(part, '- payload: 0 + 1\n');
        }
        if (seen.split('Waiting for a change').length === 3) child.kill('SIGINT');
      };
      child.stdout.setEncoding('utf8').on('data', onText);
      child.stderr.setEncoding('utf8').on('data', onText);
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect(code).toBe(130);
      expect(seen).toMatch(/Some tests failed![^]*changed[^]*All tests passed!/);
    }));

  test.each<[string, string[], string]>([
    ['an unknown reporter', ['--reporter', 'tapp'], 'Unknown reporter "tapp". Did you mean "tap"?'],
    ['jobs that are no count', ['--jobs', '0'], 'Option --jobs needs a whole number from 1 on: found "0"'],
    ['a share beyond all', ['--min', '101'], 'Option --min needs a number of percent from 0 to 100'],
  ])('explains %s and ends with 2', (_, args, text) =>
    withFlows(async (cwd) => {
      const ended = await runPhlow(['test', 'main.phlow', ...args], { cwd });
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain(text);
    }),
  );
});
