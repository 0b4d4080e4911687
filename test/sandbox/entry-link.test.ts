import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { WALLED } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

describe('an entry behind a link that leads out of the module’s folder', () => {
  test.each(WALLED)('is refused at %s: which link, where it leads, what to do', (isolation) =>
    withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, {
          'file/phlow.yaml': 'name: file\n',
          'deep/phlow.yaml': 'name: deep\nentry: code/index.js\n',
          'outside/index.js': 'export default () => 1;\n',
        });
        symlinkSync('../outside/index.js', join(folder, 'file/index.js'));
        symlinkSync('../outside', join(folder, 'deep/code'));
        for (const [name, link, target] of [
          ['file', 'file/index.js', 'outside/index.js'],
          ['deep', 'deep/code', 'outside'],
        ] as const) {
          const { code, message } = await errorOf(host.load(join(folder, name), { isolation }));
          expect([code, message]).toEqual([
            'PHLOW_LOAD_FAILED',
            `Cannot load module "${name}": its entry is behind the link ${join(folder, link)}, which leads to ${join(folder, target)}, outside of the module's folder; put a copy of the code in its place, or name another file with "entry:" in its phlow.yaml`,
          ]);
        }
      }),
    ),
  );

  test('is loaded where the link stays inside', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, { 'm/phlow.yaml': 'name: m\n', 'm/code/main.js': 'export default () => 1;\n' });
        symlinkSync('code/main.js', join(folder, 'm/index.js'));
        for (const isolation of WALLED) {
          const module = await host.load(join(folder, 'm'), { isolation, name: isolation });
          expect(await module.call({})).toBe(1);
        }
      }),
    ));
});
