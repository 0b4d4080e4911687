import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';

const PLANTED = fileURLToPath(new URL('../../../test/fixtures/fuzzed/planted', import.meta.url));
const CASE = 'planted.fuzz.phlow';

function withPlanted<T>(use: (cwd: string) => Promise<T>): Promise<T> {
  return withFolder((cwd) => {
    cpSync(PLANTED, join(cwd, 'planted'), { recursive: true });
    return use(cwd);
  });
}

describe('phlow fuzz', () => {
  test('says what was sent, and that nothing broke', () =>
    withPlanted(async (cwd) => {
      const { code, stdout, stderr } = await runPhlow(
        ['fuzz', './planted', '--action', 'fine', '--runs', '60', '--seed', '1'],
        { cwd },
      );
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(
        /^planted at trusted: \d+ inputs in \d+ sequences, \d+\.\d s, seed 1\n {2}action {2}inputs {2}allowed by the manifest\n {2}fine {6} *\d+ {2}\d+ %\n\d+ answered, \d+ refused\n(?:\d+ inputs were made .*\n)?every call ended as the manifest says\n$/,
      );
      expect(existsSync(join(cwd, CASE))).toBe(false);
    }));

  test('writes a flow that fails until the module is put right', () =>
    withPlanted(async (cwd) => {
      const { code, stdout } = await runPhlow(['fuzz', './planted', '--action', 'narrow', '--seed', '5'], {
        cwd,
      });
      expect(code).toBe(1);
      expect(stdout).toContain('failed: a reply that the manifest does not allow: ');
      expect(stdout).toContain('  1. {"action":"narrow","n":901}\n');
      expect(stdout).toContain(`wrote ${CASE}; it fails for as long as the module does: phlow test ${CASE}`);
      const [, again = ''] = /again: phlow (.*)\n/.exec(stdout) ?? [];
      const repeated = await runPhlow(again.split(' '), { cwd });
      expect([repeated.code, repeated.stdout]).toEqual([1, expect.stringContaining('"n":901')]);

      const failing = await runPhlow(['test', CASE], { cwd });
      expect(failing.code).toBe(1);
      expect(failing.stdout + failing.stderr).toContain('count must be');
      const file = join(cwd, 'planted/index.js');
      writeFileSync(file, readFileSync(file, 'utf8').replace("{ count: 'many' }", '{ count }'));
      expect((await runPhlow(['test', CASE], { cwd })).code).toBe(0);
    }));

  test('writes over a case, and over nothing else', () =>
    withPlanted(async (cwd) => {
      const args = ['fuzz', './planted', '--action', 'empty', '--seed', '5', '--runs', '100', '--json'];
      const first = JSON.parse((await runPhlow(args, { cwd })).stdout) as {
        file: string;
        failure: { kind: string };
      };
      expect(first).toMatchObject({ file: join(cwd, CASE), failure: { kind: 'crash' } });
      expect((JSON.parse((await runPhlow(args, { cwd })).stdout) as { file: string }).file).toBe(
        join(cwd, CASE),
      );
      writeFileSync(join(cwd, CASE), 'mine');
      expect(JSON.parse((await runPhlow(args, { cwd })).stdout)).toMatchObject({ file: null });
      expect(readFileSync(join(cwd, CASE), 'utf8')).toBe('mine');
    }));

  test('ends in order when it is interrupted', () =>
    withPlanted(async (cwd) => {
      const file = join(cwd, 'planted/index.js');
      // It says when it is called, and never answers.
      writeFileSync(
        file,
        "export default (pkg, { log }) => { process._rawDebug('called'); return new Promise(() => undefined); };\n",
      );
      const { code, stdout } = await runPhlow(['fuzz', './planted', '--timeout', '60000'], {
        cwd,
        interrupt: { after: 'called', with: 'SIGINT' },
      });
      expect([code, stdout]).toEqual([130, '']);
    }));

  test.each([
    [['fuzz'], 2, 'needs more'],
    [['fuzz', './nothing'], 4, 'PHLOW_MODULE_NOT_FOUND'],
    [['fuzz', './planted', '--runs', '0'], 2, '--runs must be a whole number'],
    [['fuzz', './planted', '--path', '1:2'], 2, 'needs the --seed'],
    [['fuzz', './planted', '--seed', '1', '--path', 'x'], 2, '--path must be numbers'],
    [['fuzz', './planted', '--only', '{'], 2, 'Cannot read --only as JSON'],
    [['fuzz', './planted', '--action', 'nope'], 2, 'has no action "nope"'],
    [['fuzz', 'cache', '--with', '{"capacity":0}'], 4, 'PHLOW_WITH_INVALID'],
  ])('%j is refused', (args, exit, text) =>
    withPlanted(async (cwd) => {
      const { code, stdout, stderr } = await runPhlow(args, { cwd });
      expect([code, stdout]).toEqual([exit, '']);
      expect(stderr).toContain(text);
    }),
  );
});
