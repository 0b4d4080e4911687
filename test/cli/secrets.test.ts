import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { IsolationLevel } from '../../src/index.js';
import { WALLED } from '../support/guarded-here.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

// Each run is a process of its own, and a machine may be busy.
jest.setTimeout(120_000);

const SECRET = 'hunter2-hunter2';
const MANIFEST = `name: login
version: 1.0.0
with:
  type: object
  properties:
    apiKey: { type: string, maxLength: 5 }
    number: { type: string, maxLength: 5, secret: true }
input:
  type: object
  properties:
    password: { type: string, maxLength: 5 }
    number: { type: string, maxLength: 5, secret: true }
    code: { type: string, maxLength: 5, writeOnly: true }
output:
  type: object
  properties:
    token: { type: string, maxLength: 5 }
`;
const MODULE = {
  'login/phlow.yaml': MANIFEST,
  'login/index.js': 'export default { handler: ({ input }) => ({ token: input.reply }) };\n',
};

const flow = (input: string, more = ''): string =>
  `modules:\n  - module: ./login\nsteps:\n  - use: login\n    input: ${input}\n${more}`;

describe('a secret that breaks a schema', () => {
  test.each(['password', 'number', 'code'])('is told nowhere by a run: %s', (name) =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        ...MODULE,
        'main.phlow': flow(`!phs #{ ${name}: main.given }`),
        'literal.phlow': flow(`{ ${name}: "${SECRET}" }`),
        'caught.phlow': flow(
          `{ ${name}: main.given }`,
          '    on_error:\n      - log: { message: error.message, action: warn }\n      - return: { m: error.message, t: error.text }\n',
        ).replace('- module: ./login', '- module: ./login\n  - module: log'),
      });
      const main = ['--main', JSON.stringify({ given: SECRET })];
      for (const args of [
        ['run', 'main.phlow', ...main],
        ['run', 'main.phlow', '--json', ...main],
        ['run', 'caught.phlow', ...main],
        ['run', 'literal.phlow'],
        ['run', 'literal.phlow', '--json'],
        ['check', 'literal.phlow'],
        ['call', './login', JSON.stringify({ [name]: SECRET })],
        ['call', './login', JSON.stringify({ [name]: SECRET }), '--json'],
      ]) {
        const { stdout, stderr } = await runPhlow(args, { cwd });
        expect(stdout + stderr).toContain('[redacted]');
        expect(stdout + stderr).not.toContain('hunter2');
      }
    }),
  );

  test.each(['apiKey', 'number'])('is told nowhere of settings: %s', (name) =>
    withFolder(async (cwd) => {
      const settings = `modules:\n  - module: ./login\n    with: { ${name}: "${SECRET}" }\nsteps:\n  - use: login\n`;
      writeFiles(cwd, { ...MODULE, 'main.phlow': settings });
      for (const args of [
        ['run', 'main.phlow'],
        ['run', 'main.phlow', '--json'],
        ['check', '.'],
        ['call', './login', '{}', '--with', JSON.stringify({ [name]: SECRET })],
      ]) {
        const { stdout, stderr } = await runPhlow(args, { cwd });
        expect(stdout + stderr).toContain('[redacted]');
        expect(stdout + stderr).not.toContain('hunter2');
      }
    }),
  );

  test.each<IsolationLevel>(['trusted', ...WALLED])('is not told by errors and logs at %s', (isolation) =>
    withFolder(async (baseDir) => {
      writeFiles(baseDir, MODULE);
      await withHost(async (host, lines) => {
        const module = await host.load(join(baseDir, 'login'), { isolation });
        for (const input of [{ password: SECRET }, { number: SECRET }, { code: SECRET }]) {
          const { message, details, stack } = await errorOf(module.call(input));
          expect(message).toContain('[redacted]');
          expect(JSON.stringify([message, details, stack])).not.toContain('hunter2');
        }
        const refused = await errorOf(
          host.load(join(baseDir, 'login'), { name: 'b', with: { apiKey: SECRET } }),
        );
        expect(JSON.stringify([refused.message, refused.details])).not.toContain('hunter2');
        expect(JSON.stringify(lines)).not.toContain('hunter2');
      });
    }),
  );

  test('is not in a dead letter', () =>
    withFolder(async (baseDir) => {
      writeFiles(baseDir, {
        ...MODULE,
        'dies/phlow.yaml': MANIFEST.replace('login', 'dies'),
        'dies/index.js': 'export default { handler: () => process.exit(1) };\n',
      });
      await withHost(async (host) => {
        const dies = await host.load(join(baseDir, 'dies'), { redeliver: true, restart: { backoffMs: 0 } });
        await errorOf(dies.call({ number: 'ab', password: 'cd', plain: 'ef' }));
        const [figures] = (await host.inspect()).modules;
        expect(figures?.deadLetters[0]?.input).toEqual({
          number: '[redacted]',
          password: '[redacted]',
          plain: 'ef',
        });
      });
    }));
});
