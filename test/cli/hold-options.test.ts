import { describe, expect, test } from '@jest/globals';
import { runPhlow, type Ended } from '../support/run-phlow.js';
import { TalkingPhlow } from '../support/talking-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

/** A package that reads a file, and one whose flow uses it. */
const FILES = {
  'phlow_packages/reader/phlow.yaml': 'name: reader\npermissions:\n  fs: { read: [./a.txt] }\n',
  'phlow_packages/reader/index.js': 'export default (pkg, { fs }) => fs.readText("./a.txt");',
  'phlow_packages/reader/a.txt': 'Hello',
  'phlow_packages/teller/module.phlow':
    'modules:\n  - module: reader\nsteps:\n  - reader: main\n  - payload: !phs payload.to_upper()\n',
};
const FLOW = 'phlow_packages/teller/module.phlow';
const READ = '{"fs":{"read":["./a.txt"]}}';
const INSIDE = `{"inside":{"reader":${READ}}}`;

const ROWS: readonly (readonly [command: string, args: readonly string[], grant: string, said: string])[] = [
  ['call', ['reader', '1'], READ, 'Hello'],
  ['bench', ['reader', '--input', '1', '--seconds', '0.1', '--in-flight', '1'], READ, 'reader'],
  ['bench', [FLOW, '--input', '1', '--seconds', '0.1', '--in-flight', '1'], INSIDE, FLOW],
  ['run', [FLOW, '--main', '1'], INSIDE, 'HELLO'],
  ['top', [FLOW, '--main', '1'], INSIDE, 'HELLO'],
];

function phlow(...args: readonly string[]): Promise<Ended> {
  return withFolder((cwd) => {
    writeFiles(cwd, FILES);
    return runPhlow(args, { cwd });
  });
}

describe.each(ROWS)('phlow %s %j', (command, args, grant, said) => {
  test('grants nothing by itself', async () => {
    const { code, stderr } = await phlow(command, ...args);
    expect(stderr).toContain('error[PHLOW_GRANT_MISSING]');
    expect(code).toBe(4);
  }, 30_000);

  test('grants what --grant says, at the level of --isolation', async () => {
    const { code, stdout, stderr } = await phlow(
      command,
      ...args,
      '--grant',
      grant,
      '--isolation',
      'sandboxed',
    );
    expect(stderr).not.toContain('error');
    expect(stdout).toContain(said);
    expect(code).toBe(0);
  }, 30_000);

  test('refuses a level that there is not', async () => {
    const { code, stderr } = await phlow(command, ...args, '--grant', grant, '--isolation', 'locked');
    expect(stderr).toContain('error[PHLOW_OPTION_INVALID]');
    expect(stderr).toContain('locked');
    expect(code).not.toBe(0);
  }, 30_000);

  test('says so in its help', async () => {
    const { stdout } = await runPhlow([command, '--help']);
    expect(stdout).toMatch(/--isolation LEVEL +\S/);
    expect(stdout).toMatch(/--grant JSON +\S/);
  });
});

describe('phlow dev', () => {
  test('grants what --grant says, at the level of --isolation', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, FILES);
      const refused = new TalkingPhlow(['dev', 'reader', '1'], cwd);
      await refused.until('stderr', /error\[PHLOW_GRANT_MISSING\]/);
      expect(await refused.interrupt()).toBe(130);
      const granted = new TalkingPhlow(
        ['dev', 'reader', '1', '--grant', READ, '--isolation', 'sandboxed'],
        cwd,
      );
      await granted.until('stdout', /^"Hello"\n/);
      await granted.until('stderr', /loaded "reader" at level sandboxed/);
      expect(await granted.interrupt()).toBe(130);
    }));

  test('says so in its help', async () => {
    const { stdout } = await runPhlow(['dev', '--help']);
    expect(stdout).toMatch(/--isolation LEVEL +\S/);
    expect(stdout).toMatch(/--grant JSON +\S/);
  });
});
