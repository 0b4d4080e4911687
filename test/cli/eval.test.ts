import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';

describe('phlow eval', () => {
  test.each<[string[], string]>([
    [['main.a + payload', '--main', '{"a":4}', '--payload', '1'], '5\n'],
    [['"a\\nb"'], 'a\nb\n'],
    [['"text"', '--json'], '"text"\n'],
    [['#{b: [1], a: ()}', '--json'], '{"b":[1],"a":null}\n'],
    [['-1'], '-1\n'],
    [['9007199254740993 + main', '--main', '-1'], '9007199254740992\n'],
    [['envs.PHLOW_LOG'], 'info\n'],
  ])('prints the value of %p', async (args, stdout) => {
    expect(await runPhlow(['eval', ...args])).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('keeps what the code prints off standard output', async () => {
    expect(await runPhlow(['eval', 'print("aside"); 3'])).toEqual({
      code: 0,
      stdout: '3\n',
      stderr: 'aside\n',
    });
  });

  test.each<[string, number, string]>([
    ['1 +', 3, '> 1 | 1 +\n    |    ^'],
    ['mian.a', 1, 'Did you mean "main"?\n  --> expression:1:1\n> 1 | mian.a\n    | ^^^^'],
    ['loop {}', 1, 'PHLOW_PHS_LIMIT'],
    ['|x| x', 1, 'Output type incorrect'],
  ])('explains what is wrong with %p', async (code, exit, text) => {
    const ended = await runPhlow(['eval', code]);
    expect(ended).toMatchObject({ code: exit, stdout: '' });
    expect(ended.stderr).toContain(text);
  });
});

describe('phlow repl', () => {
  test('keeps what lines declare and ends with the input', async () => {
    const input = 'let x = [main]\nx.push(2)\nx\n.exit\n3\n';
    expect(await runPhlow(['repl', '--main', '1'], { input })).toEqual({
      code: 0,
      stdout: '[1]\n[1, 2]\n',
      stderr: '',
    });
  });

  test('reads on while a script is not whole, at most to the end of the input', async () => {
    const input = 'if true {\n\n"yes"\n}\n[1,\n2]\n3 +\n4\n(5\n';
    const ended = await runPhlow(['repl'], { input });
    expect(ended).toMatchObject({ code: 1, stdout: '"yes"\n[1, 2]\n7\n' });
    expect(ended.stderr).toContain("Expecting ')'");
  });

  test('goes on after an error and tells a script about it in the end', async () => {
    const ended = await runPhlow(['repl'], { input: 'let x = 1\nx + nothing\nx + 1\n' });
    expect(ended).toMatchObject({ code: 1, stdout: '1\n2\n' });
    expect(ended.stderr).toContain('> 1 | x + nothing\n    |     ^');
  });
});
