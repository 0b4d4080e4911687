import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../../../support/run-phlow.js';
import { withFolder } from '../../../support/temporary-folder.js';
import { withHost } from '../../../support/with-host.js';
import { writeFiles } from '../../../support/write-files.js';
import { Command } from './command.js';

describe.each(['trusted', 'sandboxed', 'isolated'] as const)('cli at %s', (level) => {
  test('runs the flow with what was typed and prints the result', async () => {
    const command = new Command(['main.phlow', '--name', 'Ann']);
    command.answer = () => Promise.resolve({ b: 'ü\u{1f600}', a: [1] });
    await withHost(async (host) => {
      const module = await host.load('cli', {
        with: { args: [{ name: 'name', long: 'name' }] },
        terminal: command.terminal,
        dispatch: command.dispatch,
        isolation: level,
        ...(level === 'trusted' ? {} : { grant: { terminal: true } }),
      });
      await module.mainEnded;
    });
    expect(command).toMatchObject({
      mains: [{ name: 'Ann' }],
      stdout: '{\n  "a": [\n    1\n  ],\n  "b": "ü\u{1f600}"\n}\n',
      stderr: '',
      exit: 0,
    });
  });
});

describe('standard input', () => {
  /** What the runs of a command get of what is typed. */
  async function mainsOf(stdin: 'text' | 'json' | 'lines', ...chunks: readonly string[]): Promise<Command> {
    const command = new Command(['main.phlow']);
    command.input = chunks.map((chunk) => Buffer.from(chunk, 'latin1'));
    command.answer = (main) => Promise.resolve(main);
    await withHost(async (host) => {
      const module = await host.load('cli', {
        with: { stdin },
        terminal: command.terminal,
        dispatch: command.dispatch,
      });
      await module.mainEnded;
    });
    return command;
  }

  test('as text, also where a character is cut in two', async () => {
    expect((await mainsOf('text', 'a\xc3', '\xbcb\n')).mains).toEqual([{ stdin: 'aüb\n' }]);
    expect((await mainsOf('text')).mains).toEqual([{ stdin: '' }]);
  });

  test('as JSON', async () => {
    expect((await mainsOf('json', '{"a"', ': [1]}\n')).mains).toEqual([{ stdin: { a: [1] } }]);
    const wrong = await mainsOf('json', '{');
    expect(wrong).toMatchObject({ mains: [], exit: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/^Error: Cannot read standard input as JSON: ./);
  });

  test('as lines, one run for each, whose results are printed in order', async () => {
    const { mains, stdout } = await mainsOf('lines', 'one\ntw', 'o\r\n\nlast');
    expect(mains).toEqual([{ line: 'one' }, { line: 'two' }, { line: '' }, { line: 'last' }]);
    expect(stdout).toBe(mains.map((main) => `${JSON.stringify(main, null, 2)}\n`).join(''));
  });
});

test('a result of many pieces is printed whole', async () => {
  const command = new Command(['main.phlow']);
  const text = '\u{1f600}'.repeat(300_001);
  command.answer = () => Promise.resolve(`x${text}`);
  await withHost(async (host) => {
    const module = await host.load('cli', { terminal: command.terminal, dispatch: command.dispatch });
    await module.mainEnded;
  });
  expect(command.stdout === `x${text}\n`).toBe(true);
});

test('is no step, and cannot be a command where there is no command line', async () => {
  await withHost(async (host) => {
    const idle = await host.load<string>('cli', { name: 'idle' });
    expect(idle.isCallable).toBe(false);
    const module = await host.load('cli', { dispatch: () => Promise.resolve(null) });
    await expect(module.mainEnded).rejects.toThrow(/there is none here/);
  });
});

const UPPER = [
  'main: cli',
  'modules:',
  '  - { module: cli, with: { stdin: lines } }',
  'steps:',
  '  - payload: !phs main.line.to_upper()',
  '',
].join('\n');

test('a flow is a filter between pipes', async () => {
  await withFolder(async (cwd) => {
    writeFiles(cwd, { 'upper.phlow': UPPER });
    expect(await runPhlow(['upper.phlow'], { cwd, input: 'a\nb\n' })).toMatchObject({
      code: 0,
      stdout: 'A\nB\n',
    });
  });
});

test('a run that fails ends the command with 1 and prints no result', async () => {
  await withFolder(async (cwd) => {
    writeFiles(cwd, {
      'fails.phlow': 'main: cli\nmodules:\n  - module: cli\nsteps:\n  - payload: !phs nothing.at.all\n',
    });
    const { code, stdout, stderr } = await runPhlow(['fails.phlow'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Error: /m);
  });
});

test('words for a flow that is run with --main are refused', async () => {
  await withFolder(async (cwd) => {
    writeFiles(cwd, { 'upper.phlow': UPPER });
    const { code, stderr } = await runPhlow(['run', '--main={"line":"a"}', 'upper.phlow', 'more'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('Cannot pass words to the flow with --main');
  });
});
