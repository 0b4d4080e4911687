import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/cli/commands/table.js';
import { PHLOW_VERSION } from '../../src/version.js';
import { runHere } from '../support/run-here.js';
import { runPhlow } from '../support/run-phlow.js';

describe('phlow', () => {
  test('--version prints the version', async () => {
    expect(await runPhlow(['--version'])).toEqual({ code: 0, stdout: `${PHLOW_VERSION}\n`, stderr: '' });
  });

  test('--help names every command and the exit codes', async () => {
    const { code, stdout, stderr } = await runPhlow(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`  ${name} .*${summary}`));
    expect(stdout).toContain('2 wrong usage');
  });

  test.each(COMMANDS.map(({ name }) => name))('%s --help shows every option of the command', async (name) => {
    const { code, stdout } = await runHere([name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: phlow ${name}`);
    const options = COMMANDS.find((command) => command.name === name)?.options ?? {};
    for (const option of Object.keys(options)) expect(stdout).toContain(`--${option}`);
    expect((await runHere(['help', name])).stdout).toBe(stdout);
  });

  test.each<[string, string[], string]>([
    ['a misspelt command', ['cal', 'echo'], 'Did you mean "call"?'],
    ['a misspelt option', ['call', 'echo', '--jsno'], 'Unknown option --jsno. Did you mean "--json"?'],
    ['a misspelt general option', ['--hlep'], 'Did you mean "--help"?'],
    ['a missing word', ['call'], 'Command "call" needs more: phlow call MODULE'],
    ['a word too many', ['call', 'echo', '1', '2'], 'does not take "2"'],
    ['an option without its value', ['call', 'echo', '--with'], 'Option --with needs a value: --with=JSON'],
    ['an option that swallows the next', ['call', 'echo', '--with', '--json'], 'Option --with needs a value'],
    ['a flag with a value', ['modules', '--json=1'], 'takes no value: found "1"'],
  ])('explains %s and ends with 2', async (_, args, text) => {
    const ended = await runHere(args);
    expect(ended.code).toBe(2);
    expect(ended.stdout + ended.stderr).toContain(text);
  });

  test('without anything shows the help on standard error and ends with 2', async () => {
    const ended = await runPhlow([]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('Usage: phlow');
  });
});

test.each(['check', 'test'])(
  'the help of %s names the folders that it does not look into',
  async (command) => {
    const { stdout } = await runPhlow([command, '--help']);
    for (const folder of ['phlow_packages', 'node_modules', 'dist']) expect(stdout).toContain(folder);
  },
);
