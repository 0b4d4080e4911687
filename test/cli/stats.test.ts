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

  test.each([200, 120, 80, 60, 40, 20, 5, 1])('fit a terminal of %i columns', (columns) =>
    withHost(async (host) => {
      await host.load('echo', { name: 'a_name_that_is_longer_than_most' });
      const lines = statsTable(await host.inspect(), { columns }).split('\n');
      expect(lines).toHaveLength(2);
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      if (columns >= 40) expect(lines[0]).toMatch(/^module +state +packages/);
      if (columns >= 80) expect(lines[0]).toMatch(/failed .*p99 .*restarts$/);
      expect(lines[1]).toMatch(columns >= 20 ? /^a_name_/ : /^(a_na)?…$/);
    }),
  );

  test('name what a low terminal has no room for', () =>
    withHost(async (host) => {
      for (const name of ['a', 'b', 'c', 'd']) await host.load('echo', { name });
      const inspection = await host.inspect();
      expect(statsTable(inspection, { rows: 6 }).split('\n')).toHaveLength(5);
      const lines = statsTable(inspection, { rows: 5 }).split('\n');
      expect(lines.map((line) => line.split(' ')[0])).toEqual(['module', 'a', 'b', 'and']);
      expect(lines.at(-1)).toBe('and 2 more');
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
