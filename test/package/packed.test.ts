import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { installPacked, pack } from './offline-packages.js';

jest.setTimeout(120_000);

/** What a machine with few descriptors can open at once, Node's own included. */
const MAX_FILES = 40;

const APPLICATION = `
import { createHost, isPhlowError } from 'phlow';
import { withModule } from 'phlow/testing';
import { transfer } from 'phlow/sdk';
const results = {};
const host = await createHost({ log: () => {} });
for (const isolation of ${JSON.stringify(LEVELS)}) {
  const module = await host.load('./m', { isolation, name: isolation });
  const reply = await module.call({ text: 'abab' });
  const refusal = await module.call({ text: 'x' }).catch((error) => error);
  results[isolation] = [reply.text, refusal.code, isPhlowError(refusal)];
}
await host.close();
console.log(JSON.stringify({ results, types: [typeof withModule, typeof transfer] }));
`;

const COUNT = `
import { createRequire } from 'node:module';
await import('phlow');
console.log(Object.keys(createRequire(import.meta.url).cache).length);
`;

let packs = '';
let tarball = '';
beforeAll(() => {
  packs = mkdtempSync(join(tmpdir(), 'phlow-packed-'));
  tarball = pack(packs);
});
afterAll(() => rmSync(packs, { recursive: true, force: true }));

/** Installs what `npm pack` makes into an application's folder. */
function install(folder: string): string {
  const own = installPacked(tarball, folder);
  writeFiles(folder, {
    'main.mjs': APPLICATION,
    'count.mjs': COUNT,
    'm/phlow.yaml': `name: m\ninput: { type: object, properties: { text: { type: string, pattern: '^(a|b|ab)+$' } } }\n`,
    'm/index.mjs': `export default ({ input }) => ({ text: input.text });\n`,
  });
  return own;
}

function readText(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

function run(folder: string, args: readonly string[]): string {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), NODE_OPTIONS: '' };
  return execFileSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
}

describe('the package as it is published', () => {
  test('loads modules at every level, opens few files and runs its commands', () =>
    withFolder((folder) => {
      const own = install(folder);
      const right = ['abab', 'PHLOW_INPUT_INVALID', true];
      expect(JSON.parse(run(folder, ['main.mjs']))).toEqual({
        results: Object.fromEntries(LEVELS.map((level) => [level, right])),
        types: ['function', 'function'],
      });
      const files = readdirSync(join(own, 'dist/lib')).filter((name) => name.endsWith('.js'));
      expect(files.length + Number(run(folder, ['count.mjs']))).toBeLessThan(MAX_FILES);
      const command = join(own, 'dist/lib/cli.cjs');
      expect(run(folder, [command, 'call', './m', '{"text":"ab"}'])).toContain('"ab"');
      expect(run(folder, [command, 'schema'])).toContain('$schema');
    }));

  test('keeps what the engine has compiled of the command line, and runs without it where it cannot', () =>
    withFolder((folder) => {
      const command = join(install(folder), 'dist/lib/cli.cjs');
      const compiled = join(folder, 'cache/phlow/compiled');
      const schema = run(folder, [command, 'schema']);
      const [name = ''] = readdirSync(compiled);
      const file = join(compiled, name);
      const kept = statSync(file);
      expect(kept.size).toBeGreaterThan(100_000);
      expect(kept.mode & 0o077).toBe(0);

      expect(run(folder, [command, 'schema'])).toBe(schema);
      expect(statSync(file).ino).toBe(kept.ino);

      // Half of it, and that of another program.
      writeFileSync(file, readFileSync(file).subarray(0, kept.size / 2));
      writeFileSync(join(compiled, 'another-1-x64'), '');
      expect(run(folder, [command, 'schema'])).toBe(schema);
      expect(readdirSync(compiled)).toEqual([name]);
      expect(statSync(file).size).toBeGreaterThan(0.9 * kept.size);

      rmSync(compiled, { recursive: true });
      writeFileSync(compiled, 'no folder');
      expect(run(folder, [command, 'schema'])).toBe(schema);
      expect(readFileSync(compiled, 'utf8')).toBe('no folder');
    }));

  test('imports from compiled code as well: modules in its own thread, and what finds a syntax error', () =>
    withFolder((folder) => {
      const command = join(install(folder), 'dist/lib/cli.cjs');
      writeFiles(folder, {
        'bad/phlow.yaml': 'name: bad\n',
        'bad/index.mjs': 'export default () => {\n  retrun 1;\n};\n',
      });
      const inline = ['call', './m', '{"text":"a"}', '--isolation', 'inline', '--json'];
      for (let round = 0; round < 2; round++) {
        expect(run(folder, [command, ...inline])).toBe('{"text":"a"}\n');
        const { status, stderr } = spawnSync(process.execPath, [command, 'call', './bad'], {
          cwd: folder,
          encoding: 'utf8',
          env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
        });
        expect(stderr).toMatch(/^error\[PHLOW_LOAD_FAILED\].*\n {2}--> .*index\.mjs:2:/);
        expect(status).toBe(4);
      }
    }));

  test('runs no compiled code that others can have written', () =>
    withFolder((folder) => {
      const command = join(install(folder), 'dist/lib/cli.cjs');
      const compiled = join(folder, 'cache/phlow/compiled');
      const schema = run(folder, [command, 'schema']);
      rmSync(join(compiled, readdirSync(compiled)[0] ?? ''));
      chmodSync(compiled, 0o777);
      expect(run(folder, [command, 'schema'])).toBe(schema);
      expect(readdirSync(compiled)).toEqual([]);
    }));

  test('has the licenses of the compartment library beside its text, which names them first', () =>
    withFolder((folder) => {
      const guest = join(install(folder), 'dist/workers/runtime/guest');
      const [, named = ''] = /^\/\*[^*]* (\S+\.txt)/.exec(readText(guest, 'compartments.txt')) ?? [];
      const shipped = readText(guest, named);
      const library = dirname(fileURLToPath(import.meta.resolve('ses')));
      const licenses = readdirSync(library).filter((name) => name.startsWith('LICENSE'));
      expect(licenses).toContain('LICENSE');
      for (const name of licenses) expect(shipped).toContain(readText(library, name));
    }));
});
