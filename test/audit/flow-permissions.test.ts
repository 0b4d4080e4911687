import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { modulePermissions } from '../../src/index.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

test.each(['main.phlow', 'mod.phlow'])(
  'what the modules of a package ask for whose flow is %s is granted by the command that is printed',
  (name) =>
    withFolder(async (cwd) => {
      writeFiles(join(cwd, 'phlow_packages/digest'), {
        [name]: 'modules:\n  - module: ./reader\nsteps:\n  - reader: main\n',
        'reader/phlow.yaml': 'name: reader\npermissions: { env: [TONE] }\n',
        'reader/index.js': 'export default () => "read";',
      });
      const asked = await runPhlow(['permissions', 'digest'], { cwd });
      const grant = /^ {4}phlow run phlow_packages\/digest --grant '(.*)'$/m.exec(asked.stdout)?.[1] ?? '';
      expect(JSON.parse(grant)).toEqual({ inside: { reader: { env: ['TONE'] } } });
      expect(asked.stdout).not.toContain('"modules:"');
      const ended = await runPhlow(['run', 'phlow_packages/digest', '--grant', grant], { cwd });
      expect([ended.code, ended.stdout]).toEqual([0, 'read\n']);
    }),
  60_000,
);

test('a module that cannot be looked at is said to be one', () =>
  withFolder(async (cwd) => {
    writeFiles(join(cwd, 'phlow_packages/digest'), {
      'module.phlow':
        'modules:\n  - module: ./reader\n  - module: ./gone\nsteps:\n  - reader: main\n  - gone: main\n',
      'reader/phlow.yaml': 'name: reader\npermissions: { env: [TONE] }\n',
      'reader/index.js': 'export default () => 1;',
    });
    const asked = await modulePermissions('digest', { baseDir: cwd });
    expect(asked).toMatchObject({ run: undefined, unexamined: [expect.stringMatching(/^gone: .*gone/)] });
    expect(asked.grantYaml).toContain('reader: { env: [ TONE ] }');
    const { code, stderr } = await runPhlow(['permissions', 'digest'], { cwd });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^warning: its flow uses a module that cannot be examined: gone: /),
    ]);
  }));
