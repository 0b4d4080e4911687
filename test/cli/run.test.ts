import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { WALLED } from '../support/guarded-here.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const FLOW = `modules:
  - module: cache
steps:
  - id: store
    use: cache
    input:
      action: set
      key: k
      value: !phs main.n + 1
  - use: cache
    input:
      action: get
      key: k
  - id: end
    return:
      got: !phs payload.value
      from: !phs payload.found
tests:
  - describe: adds one
    main: { n: 1 }
    assert: !phs payload.got == 2
  - describe: adds two
    main: { n: 1 }
    assert: !phs payload.got == 3
`;

function withFlow(use: (cwd: string) => Promise<void>): Promise<void> {
  return withFolder((cwd) => {
    writeFiles(cwd, {
      'main.phlow': FLOW,
      'text.phlow': 'steps:\n  - return: hello\n',
      'none.phlow': 'steps: []\n',
    });
    return use(cwd);
  });
}

const RESULT = '{"got":5,"from":true}\n';

describe('phlow run', () => {
  test.each([
    ['run', 'main.phlow', '--main', '{"n":4}', '--json'],
    ['run', '.', '--main={"n":4}', '--json'],
    ['main.phlow', '--var-main', '{"n":4}', '--json'],
    ['--json', '--var-main={"n":4}', './main.phlow'],
    ['--main={"n":4}', '--json', '.'],
  ])('runs a flow: phlow %s %s %s %s', (...args) =>
    withFlow(async (cwd) => {
      expect(await runPhlow(args, { cwd })).toEqual({ code: 0, stdout: RESULT, stderr: '' });
    }),
  );

  test('prints text as it is and nothing where there is no result', () =>
    withFlow(async (cwd) => {
      expect(await runPhlow(['text.phlow'], { cwd })).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
      expect(await runPhlow(['none.phlow'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
      expect((await runPhlow(['none.phlow', '--json'], { cwd })).stdout).toBe('null\n');
    }));

  test('takes the target from PHLOW_MAIN and else runs the flow of the folder', () =>
    withFlow(async (cwd) => {
      expect((await runPhlow([], { cwd, env: { PHLOW_MAIN: 'text.phlow' } })).stdout).toBe('hello\n');
      expect((await runPhlow([], { cwd })).stderr).toContain('main.phlow:9:');
    }));

  test('starts at a step and with a payload', () =>
    withFlow(async (cwd) => {
      const args = ['main.phlow', '--step', 'end', '--payload', '{"value":7,"found":false}', '--json'];
      expect((await runPhlow(args, { cwd })).stdout).toBe('{"got":7,"from":false}\n');
    }));

  test.each<[string, string[], number, string]>([
    ['a step that fails', ['main.phlow', '--main', '{}'], 1, '>  9 |       value: !phs main.n + 1'],
    ['a flow that does not compile', ['bad.phlow'], 3, '> 2 |   - return: !phs 1 +'],
    ['a flow that is not there', ['nothere.phlow'], 3, 'there is no such file'],
    ['a folder without a flow', ['run', 'empty'], 3, 'the folder contains none of main.phlow'],
    ['a module that cannot be loaded', ['module.phlow'], 4, '> 2 |   - module: cahce'],
    ['a main that is no JSON', ['main.phlow', '--var-main', 'n'], 2, 'Cannot read --main as JSON'],
    [
      'an option of the original that we lack',
      ['main.phlow', '--install'],
      2,
      'modules are never downloaded',
    ],
    ['a filter without tests', ['main.phlow', '--test-filter', 'x'], 2, 'needs --test as well'],
    ['a misspelt command', ['rnu', 'main.phlow'], 2, 'Did you mean "run"?'],
  ])('ends with the right code for %s', (_, args, code, text) =>
    withFlow(async (cwd) => {
      writeFiles(cwd, {
        'bad.phlow': 'steps:\n  - return: !phs 1 +\n',
        'empty/readme': '',
        'module.phlow': 'modules:\n  - module: cahce\nsteps:\n  - use: cahce\n',
      });
      const ended = await runPhlow(args, { cwd });
      expect(ended).toMatchObject({ code, stdout: '' });
      expect(ended.stderr).toContain(text);
    }),
  );

  test('lets a main module start the runs, and prints no result of its own then', () =>
    withFolder(async (cwd) => {
      const ticker = fixtureModule('ticker');
      writeFiles(cwd, {
        'main.phlow': `main: ticker\nmodules:\n  - module: ${ticker}\n    with: { runs: 2 }\nsteps:\n  - return: !phs main.i * 10\n`,
      });
      const served = await runPhlow(['main.phlow'], { cwd });
      expect(served).toMatchObject({ code: 0, stdout: '' });
      expect(served.stderr.match(/"result":\d+/g)).toEqual(['"result":0', '"result":10']);
      const once = await runPhlow(['main.phlow', '--main', '{"i":7}'], { cwd });
      expect(once).toEqual({ code: 0, stdout: '70\n', stderr: '' });
      expect(await runPhlow(['main.phlow', '--step', 'x'], { cwd })).toMatchObject({ code: 2 });
    }));

  test('--no-run checks the flow only', () =>
    withFlow(async (cwd) => {
      expect(await runPhlow(['main.phlow', '-n'], { cwd })).toMatchObject({
        code: 0,
        stdout: 'ok main.phlow\n',
      });
    }));

  test.each(['trusted', ...WALLED])(
    'ends at once, and leaves nothing behind, when it is interrupted while a module loads at %s',
    (level) =>
      withFolder(async (cwd) => {
        writeFiles(cwd, {
          'm/phlow.yaml': 'name: m\n',
          'm/index.mjs': "console.log('is loading');\nfor (;;);\n",
          'main.phlow': `modules:\n  - module: ./m\n    name: m\n    isolation: ${level}\nsteps:\n  - use: m\n`,
        });
        const ended = await runPhlow(['run', 'main.phlow', '--main', '1'], {
          cwd,
          interrupt: { after: 'is loading', with: 'SIGTERM' },
        });
        // Its output is closed: all that had it open, be it a process of the module, has gone.
        expect([ended.code, ended.stdout]).toEqual([143, '']);
        expect(ended.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([
          'Interrupted',
        ]);
      }),
  );

  test('ends in order when it is interrupted', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        'main.phlow': `modules:\n  - module: ${fixtureModule('waits')}\nsteps:\n  - use: waits\n`,
      });
      const ended = await runPhlow(['main.phlow'], { cwd, interrupt: { after: 'waiting', with: 'SIGINT' } });
      expect(ended).toMatchObject({ code: 130, stdout: '' });
      expect(ended.stderr).toContain('stopped in order');
    }));
});
