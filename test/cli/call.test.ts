import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { runPhlow } from '../support/run-phlow.js';

describe('phlow call', () => {
  test('prints an object as indented JSON on standard output and nothing else', async () => {
    expect(await runPhlow(['call', fixtureModule('plain'), '{"b":[1,{}],"a":null}'])).toEqual({
      code: 0,
      stdout:
        '{\n  "saw": {\n    "b": [\n      1,\n      {}\n    ],\n    "a": null\n  },\n  "name": "plain"\n}\n',
      stderr: '',
    });
  });

  test('prints text as it is, and as JSON with --json', async () => {
    const module = fixtureModule('crasher');
    const input = '{"do":"echo","value":"a\\"b\\nc"}';
    expect((await runPhlow(['call', module, input])).stdout).toBe('a"b\nc\n');
    expect((await runPhlow(['call', module, input, '--json'])).stdout).toBe('"a\\"b\\nc"\n');
  });

  test('keeps integers of 64 bits exact', async () => {
    const { stdout } = await runPhlow([
      'call',
      fixtureModule('crasher'),
      '{"do":"echo","value":{"big":9007199254740993,"small":[1,-2.5]}}',
      '--json',
    ]);
    expect(stdout).toBe('{"big":9007199254740993,"small":[1,-2.5]}\n');
  });

  test('passes settings to the module', async () => {
    const args = ['call', fixtureModule('checked'), '{"n":1}', '--json'];
    expect((await runPhlow([...args, '--with', '{"limit":7}'])).stdout).toBe(
      '{"n":1,"label":"none","limit":7}\n',
    );
    expect((await runPhlow(args)).stdout).toBe('{"n":1,"label":"none","limit":3}\n');
  });

  test('sends no input when none is given', async () => {
    const { code, stderr } = await runPhlow(['call', fixtureModule('checked')]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error[PHLOW_INPUT_INVALID]: Cannot call module "checked": input must be given: found nothing\n',
    );
  });

  test('takes the path of a folder without ./', async () => {
    const { code } = await runPhlow(['call', 'modules/plain'], { cwd: fixtureModule('..') });
    expect(code).toBe(0);
  });

  test.each<[string, string[], number, string]>([
    [
      'an input that breaks the schema',
      [fixtureModule('checked'), '{"n":-1}'],
      1,
      'input.n must be >= 0: found -1',
    ],
    [
      'a handler that throws',
      [fixtureModule('crasher'), '{"do":"throw"}'],
      1,
      'asked to throw\n  at Object.throw',
    ],
    ['a thread that ends', [fixtureModule('crasher'), '{"do":"exit"}'], 1, 'PHLOW_MODULE_CRASHED'],
    [
      'a reply that does not come',
      [fixtureModule('crasher'), '{"do":"never"}', '--timeout=50'],
      1,
      'PHLOW_CALL_TIMED_OUT',
    ],
    ['input that is no JSON', ['echo', '{a'], 2, 'Cannot read the input as JSON'],
    ['settings that are no JSON', ['echo', '1', '--with', 'x'], 2, 'Cannot read --with as JSON'],
    [
      'a timeout that is none',
      ['echo', '1', '--timeout', 'soon'],
      2,
      'number of milliseconds above 0: found "soon"',
    ],
    ['a bad manifest', [fixtureModule('bad-manifest')], 3, '> 3 | typ: step\n    | ^^^'],
    [
      'several mistakes in a manifest',
      [fixtureModule('two-mistakes')],
      3,
      'also at 3:14: manifest.concurrency must be >= 1',
    ],
    ['a module that does not exist', ['ecoh'], 4, 'Did you mean "echo"?'],
    ['a module that throws at load', [fixtureModule('throws-at-load')], 4, 'no database configured'],
    [
      'settings that break the schema',
      [fixtureModule('checked'), '--with', '{"limit":0}'],
      4,
      'with.limit must be >= 1: found 0',
    ],
    ['a main module', [fixtureModule('ticker')], 1, 'PHLOW_NOT_CALLABLE'],
  ])('ends with the right code for %s', async (_, args, code, text) => {
    const ended = await runPhlow(['call', ...args]);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(/^error\[PHLOW_/m);
    expect(ended.stderr).toContain(text);
  });

  test('prints an error as one JSON object with --json', async () => {
    const { code, stdout, stderr } = await runPhlow(['call', fixtureModule('bad-manifest'), '--json']);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    const { error } = JSON.parse(stdout) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code: 'PHLOW_MANIFEST_INVALID', place: { line: 3, column: 1 } });
    expect(error['message']).toContain('unknown property "typ"');
    expect(stdout.trimEnd()).not.toContain('\n');
  });

  test('keeps what the module prints off standard output', async () => {
    const ended = await runPhlow(['call', fixtureModule('crasher'), '{"do":"print"}']);
    expect(ended).toMatchObject({ code: 0, stdout: 'null\n' });
    expect(ended.stderr).toContain('printed out');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops the module in order on %s', async (name, code) => {
    const ended = await runPhlow(['call', fixtureModule('waits'), '1'], {
      interrupt: { after: 'waiting', with: name },
    });
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain('stopped in order');
    expect(ended.stderr).toContain(`interrupted by ${name}`);
  });

  test('survives a reader that went away', async () => {
    const ended = await runPhlow(['call', fixtureModule('plain'), '1'], { deafTo: 'stdout' });
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
