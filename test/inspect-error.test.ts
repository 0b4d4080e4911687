import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';
import { join } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { placeAt } from '../src/code-frame.js';
import { PhlowError } from '../src/errors.js';
import { causeTexts } from '../src/inspect-error.js';
import { withFolder } from './support/temporary-folder.js';
import { writeFiles } from './support/write-files.js';

const LIBRARY = pathToFileURL(
  join(fileURLToPath(new URL('../../', import.meta.url)), 'dist/lib/index.js'),
).href;

/** What Node prints of a program that fails. */
function uncaught(cwd: string, code: string): string {
  const program = `import { createHost, openFlow, isPhlowError } from ${JSON.stringify(LIBRARY)};\n${code}`;
  writeFiles(cwd, { 'program.mjs': program });
  const { stderr, status } = spawnSync(process.execPath, ['program.mjs'], { cwd, encoding: 'utf8' });
  expect(status).toBe(1);
  // Without what Node puts around it.
  return stderr.slice(stderr.indexOf('PhlowError'), stderr.lastIndexOf('\n\nNode.js'));
}

describe('an error that nobody caught', () => {
  test('about a flow shows the sentence, the place and the cause', () =>
    withFolder(async (cwd) => {
      const steps = Array.from({ length: 50 }, (_, i) => `  - payload: ${i} + * 2`);
      writeFiles(cwd, { 'main.phlow': `steps:\n${steps.join('\n')}\n` });
      const text = uncaught(cwd, "await openFlow('main.phlow');");
      expect(text).toContain("code: 'PHLOW_");
      expect(text).toContain('main.phlow:2:');
      expect(text).toContain('> 2 |   - payload: 0 + * 2');
      expect(text.trimEnd().split('\n').length).toBeLessThan(15);
      expect(text).not.toContain('payload: 30');
    }));

  test('of a module shows where the module threw', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        'm/phlow.yaml': 'name: m\n',
        'm/index.js':
          'export default () => {\n  throw new TypeError("no such customer", { cause: new Error("the table is empty") });\n};\n',
      });
      const text = uncaught(cwd, "const host = await createHost();\nawait (await host.load('./m')).call(1);");
      expect(text).toContain("code: 'PHLOW_MODULE_ERROR'");
      expect(text).toContain('no such customer');
      expect(text).toContain('m/index.js:2:');
      expect(text.trimEnd().split('\n').length).toBeLessThan(15);
    }));
});

describe('inspect()', () => {
  const place = placeAt('a.phlow', Array.from({ length: 9 }, (_, i) => `line ${i + 1}`).join('\n'), 30, 4);

  test('never takes 15 lines, whatever the error holds', () => {
    const long = Array.from({ length: 40 }, (_, i) => `part ${i}`).join('\n');
    const cause = new Error(`cause ${long}`, { cause: new Error(`and ${long} again`) });
    const problems = Array.from({ length: 30 }, () => ({ message: long }));
    const error = new PhlowError('PHLOW_FLOW_INVALID', long, { place, cause, details: { problems, long } });
    const lines = inspect(error).split('\n');
    expect(lines.length).toBeLessThan(15);
    expect(lines[0]).toBe('PhlowError [PHLOW_FLOW_INVALID]: part 0');
    expect(lines).toEqual(
      expect.arrayContaining([
        '  --> a.phlow:5:3',
        '> 5 | line 5',
        '      |   ^^^^'.replace('      ', '    '),
      ]),
    );
    expect(lines).toContain('  and 29 more in error.details');
    expect(lines.some((line) => line.startsWith('  caused by: cause part 0'))).toBe(true);
  });

  test('says once what a module is refused for, by whatever name of the module', () => {
    const reason = 'it asks for a permission that was not granted. It wants to\n  - read';
    const cause = new PhlowError('PHLOW_GRANT_MISSING', `Cannot load module "p": ${reason}`);
    const message = `Cannot load module "mine" of the flow: Module register error: ${reason}`;
    expect(causeTexts(new PhlowError('PHLOW_GRANT_MISSING', message, { cause }))).toEqual([]);
    expect(causeTexts(new PhlowError('PHLOW_GRANT_MISSING', 'otherwise', { cause }))).toEqual([
      cause.message,
    ]);
  });

  test('says nothing twice and hides no control character', () => {
    const cause = new Error('the file is not there');
    const error = new PhlowError('PHLOW_FLOW_UNREADABLE', 'Cannot read\u001b[2J: the file is not there', {
      cause,
    });
    const text = inspect(error);
    expect(text).not.toContain('caused by');
    expect(text).not.toContain('\u001b');
    expect(text).toContain('\\u{1b}[2J');
  });

  test('deep inside of other values it is one line', () => {
    const error = new PhlowError('PHLOW_HOST_CLOSED', 'Cannot load: the host is closed');
    expect(inspect({ a: { b: { c: error } } }, { depth: 1 })).toBe('{ a: { b: [Object] } }');
    expect(inspect([error], { depth: 0 })).toContain(
      '[PhlowError PHLOW_HOST_CLOSED: Cannot load: the host is closed]',
    );
  });
});
