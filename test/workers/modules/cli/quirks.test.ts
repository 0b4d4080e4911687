import { expect, test } from '@jest/globals';
import type { LoadOptions, Value } from '../../../../src/index.js';
import { errorOf, withHost } from '../../../support/with-host.js';
import { runPhlow } from '../../../support/run-phlow.js';
import { withFolder } from '../../../support/temporary-folder.js';
import { writeFiles } from '../../../support/write-files.js';
import { Command } from './command.js';

/** Runs the module as the program of a command line and says what it did. */
async function run(settings: Value, words: readonly string[], options: LoadOptions = {}): Promise<Command> {
  const command = new Command(['main.phlow', ...words]);
  await withHost(async (host) => {
    const module = await host.load<string>('cli', {
      with: settings,
      terminal: command.terminal,
      dispatch: command.dispatch,
      ...options,
    });
    await module.mainEnded;
  });
  return command;
}

test('Q-CLI-EQUALS: --flag=value is the value', async () => {
  const command = await run({ args: [{ name: 'out', long: 'output' }] }, ['--output=a b']);
  expect(command.mains).toEqual([{ out: 'a b' }]);
});

test('Q-CLI-BOOL-GREEDY: a boolean flag takes no word that is not its own', async () => {
  const args = [
    { name: 'verbose', long: 'verbose', type: 'boolean' },
    { name: 'file', index: 1 },
  ];
  expect((await run({ args }, ['--verbose', 'data.txt'])).mains).toEqual([
    { verbose: true, file: 'data.txt' },
  ]);
  expect((await run({ args }, ['--verbose', '0', 'data.txt'])).mains).toEqual([
    { verbose: false, file: 'data.txt' },
  ]);
  expect((await run({ args }, ['--verbose=maybe'])).stderr).toContain('Invalid value for verbose: maybe');
});

test('Q-CLI-NEGATIVE: a negative number is the value of its flag', async () => {
  const command = await run({ args: [{ name: 'age', long: 'age', type: 'number' }] }, ['--age', '-5']);
  expect(command.mains).toEqual([{ age: -5 }]);
});

test('Q-CLI-POSITION: flags and their values have no place among the words', async () => {
  const args = [
    { name: 'name', index: 1, required: true },
    { name: 'out', long: 'out' },
  ];
  expect((await run({ args }, ['--out', 'o.txt', 'John'])).mains).toEqual([{ name: 'John', out: 'o.txt' }]);
});

test('Q-CLI-INTEGER: an integer is a whole number', async () => {
  const args = [{ name: 'count', long: 'count', type: 'integer' }];
  expect((await run({ args }, ['--count', '5'])).mains).toEqual([{ count: 5 }]);
  for (const word of ['5.5', 'five']) {
    const command = await run({ args }, ['--count', word]);
    expect(command.mains).toEqual([]);
    expect(command.stderr).toContain(`Invalid value for count: ${word}`);
  }
});

test('Q-CLI-SCHEMA: a definition without a name keeps the module from being loaded', async () => {
  for (const args of [[{ long: 'x' }, { name: 'y' }], [{ name: null }], ['name']]) {
    const error = await errorOf(run({ args }, []));
    expect(error).toMatchObject({
      code: 'PHLOW_WITH_INVALID',
      details: { violations: [{ message: "Missing required 'name' field in schema." }] },
    });
  }
});

test('Q-CLI-HELP: --help is answered whatever else is wrong', async () => {
  for (const flag of ['--help', '-h', '-H']) {
    const command = await run({ args: [{ name: 'a', index: 1, required: true }] }, ['--zzz', flag]);
    expect(command).toMatchObject({ exit: 0, stderr: '', mains: [] });
    expect(command.stdout).toBe('Usage: Phlow Cli\n\nArguments:\n  a [required]\n');
  }
});

test('--help names the values that an argument may have', async () => {
  const args = [{ name: 'level', long: 'level', enum: ['low', 'high'], default: 'low', help: 'How loud' }];
  expect((await run({ args }, ['--help'])).stdout).toBe(
    'Usage: Phlow Cli\n\nOptions:\n  --level level [optional] low How loud (one of: low, high)\n',
  );
});

test('Q-CLI-EXIT: what is wrong goes to standard error, and the exit code is 1', async () => {
  const command = await run({ args: [{ name: 'a', index: 1, required: true }] }, []);
  expect(command).toMatchObject({ exit: 1, stdout: '', mains: [] });
  expect(command.stderr).toBe(
    'Usage: Phlow Cli\n\nError:\n       Missing required argument: a\n\nArguments:\n  a [required]\n',
  );
});

test('Q-VALUE-STRINGIFY: a default that is null is none', async () => {
  expect((await run({ args: [{ name: 'city', long: 'city', default: null }] }, [])).mains).toEqual([{}]);
});

test('Q-ABORT-NULL-WITH: without settings there is nothing to check; other settings are refused', async () => {
  for (const settings of [undefined, null]) expect((await run(settings, ['a', '--b'])).mains).toEqual([{}]);
  expect((await errorOf(run('x', []))).message).toContain("Cli 'with' must be an object");
});

test('Q-MAIN-ERROR: a run that fails is an error, not a result', async () => {
  const command = new Command(['main.phlow']);
  command.answer = () => Promise.reject(new Error('the step failed'));
  await withHost(async (host) => {
    const module = await host.load('cli', { terminal: command.terminal, dispatch: command.dispatch });
    await module.mainEnded;
  });
  expect(command).toMatchObject({ exit: 1, stdout: '', stderr: 'Error: the step failed\n' });
});

const FLOW = [
  'name: hello',
  'main: cli',
  'modules:',
  '  - module: cli',
  '    with:',
  '      args:',
  '        - { name: who, long: who, required: true }',
  '        - { name: json, long: json, type: boolean }',
  'steps:',
  '  - payload: !phs main',
  'tests:',
  '  - main: { who: "test" }',
  '    assert: !phs payload.who == "test"',
  '',
].join('\n');

test('Q-CLI-RUNTIME-FLAGS: the words behind the flow are its own, also those that phlow knows', async () => {
  await withFolder(async (cwd) => {
    writeFiles(cwd, { 'hello.phlow': FLOW });
    for (const words of [['run', 'hello.phlow'], ['hello.phlow'], ['run', 'hello.phlow', '--']]) {
      expect(await runPhlow([...words, '--who', 'Ann', '--json'], { cwd })).toMatchObject({
        code: 0,
        stdout: '{\n  "json": true,\n  "who": "Ann"\n}\n',
      });
    }
    const help = await runPhlow(['run', 'hello.phlow', '--help'], { cwd });
    expect(help).toMatchObject({ code: 0 });
    expect(help.stdout).toMatch(/^Usage: hello\n/);
    const wrong = await runPhlow(['run', 'hello.phlow', '--stats'], { cwd });
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('Unknown flag: --stats.');
    // In front of the flow they are phlow's.
    const { stderr } = await runPhlow(['run', '--stats', 'hello.phlow', '--who=Ann'], { cwd });
    expect(stderr).toMatch(/\bcli\b/);
  });
});

test('Q-TEST-MODE: tests run without the command line', async () => {
  await withFolder(async (cwd) => {
    writeFiles(cwd, { 'hello.phlow': FLOW });
    const { code, stdout } = await runPhlow(['test', 'hello.phlow'], { cwd });
    expect(code).toBe(0);
    expect(stdout).not.toContain('Usage:');
  });
});
