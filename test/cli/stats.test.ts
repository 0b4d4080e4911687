import { describe, expect, test } from '@jest/globals';
import { statsTable } from '../../src/cli/stats-table.js';
import { withHost } from '../support/with-host.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const FLOW = 'modules:\n  - module: echo\nsteps:\n  - use: echo\n    input: hello\n';

describe('figures of modules', () => {
  test('are a table with one line per module', () =>
    withHost(async (host) => {
      const echo = await host.load('echo');
      await Promise.all(Array.from({ length: 20 }, (_, i) => echo.call(i)));
      const [head, line, ...rest] = statsTable(await host.inspect()).split('\n');
      expect(head).toMatch(/^module +state +packages +failed .* restarts$/);
      expect(line).toMatch(/^echo +ready +20 +0 /);
      expect(rest).toEqual([]);
    }));

  test.each([['run', '--stats'], ['top']])(
    'are shown by phlow %s %s beside the result',
    (command, ...options) =>
      withFolder(async (cwd) => {
        writeFiles(cwd, { 'main.phlow': FLOW });
        const { stdout, stderr, code } = await runPhlow([command, 'main.phlow', ...options], { cwd });
        expect({ stdout, code }).toEqual({ stdout: 'hello\n', code: 0 });
        expect(stderr).toMatch(/echo +ready +1 +0 /);
      }),
  );
});
