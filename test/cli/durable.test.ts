import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

/** Says that it is at work, and then waits until somebody ends it; a run that is resumed finds the file and goes on. */
const FILES = {
  'main.phlow':
    'modules:\n  - module: ./hold\n    isolation: trusted\nsteps:\n  - id: first\n    payload: main + 1\n  - hold: steps.first\n    once: true\n  - payload: [steps.first, payload]\n',
  'hold/phlow.yaml': 'name: hold\n',
  'hold/index.js': `
import { existsSync } from 'node:fs';
export default ({ input }, { log }) => {
  if (existsSync(new URL('../released', import.meta.url))) return input;
  log.info('at work;');
  return new Promise(() => undefined);
};
`,
};

describe('phlow run --journal', () => {
  test('keeps a run whose process is killed; runs lists it, --resume goes on with it', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, FILES);
      const journal = ['--journal', 'kept'];
      const killed = await runPhlow(['run', 'main.phlow', '--main', '4', ...journal, '--id', 'a'], {
        cwd,
        interrupt: { after: 'at work;', with: 'SIGKILL' },
      });
      expect(killed.code).toBeNull();
      const listed = await runPhlow(['runs', 'kept', '--json'], { cwd });
      expect(JSON.parse(listed.stdout)).toMatchObject([
        { id: 'a', flow: join(cwd, 'main.phlow'), state: 'interrupted', step: 'steps[0]', endedAt: null },
      ]);
      const refused = await runPhlow(['run', 'main.phlow', ...journal, '--resume', 'a'], { cwd });
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('PHLOW_RUN_UNCERTAIN') });
      writeFiles(cwd, { released: '' });
      const resumed = await runPhlow(
        ['run', 'main.phlow', ...journal, '--resume', 'a', '--again', '--json'],
        { cwd },
      );
      expect(resumed).toMatchObject({ code: 0, stdout: '[5,5]\n' });
      const table = await runPhlow(['runs', 'kept'], { cwd });
      expect(table.stdout).toMatch(
        /^id +flow +state +after step +started +took\na +\S+main\.phlow +done +steps\[2\]/,
      );
    }));

  test('says how a run that failed is resumed; --resume-all takes those whose process has ended', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { ...FILES, 'main.phlow': FILES['main.phlow'].replace('    once: true\n', '') });
      const journal = ['--journal', 'kept'];
      const failed = await runPhlow(
        ['run', 'main.phlow', '--main', '"x"', ...journal, '--id', 'b', '--timeout', '1'],
        { cwd },
      );
      expect(failed.stderr).toContain('phlow run main.phlow --journal kept --resume b');
      await runPhlow(['run', 'main.phlow', '--main', '4', ...journal, '--id', 'a'], {
        cwd,
        interrupt: { after: 'at work;', with: 'SIGKILL' },
      });
      writeFiles(cwd, { released: '' });
      const all = await runPhlow(['run', 'main.phlow', ...journal, '--resume-all'], { cwd });
      expect(all).toMatchObject({ code: 0, stderr: expect.stringContaining('Resumed the run a: done') });
      expect(all.stderr).not.toContain('run b');
    }));

  test.each([
    [['--resume', 'a'], 'Option --resume needs --journal as well'],
    [['--journal', 'd', '--again'], 'need --resume as well'],
    [['--journal', 'd', '--resume', 'a', '--main', '1'], 'Cannot use --main with --resume'],
    [['--journal', 'd', '--resume', 'a', '--again', '--done', '1'], 'Cannot use --again and --done together'],
    [['--journal', 'd', '--sync', 'never'], 'Option --sync must be process or power'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await runPhlow(['run', 'main.phlow', ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test('runs refuses an age that is none', async () => {
    expect(await runPhlow(['runs', 'nowhere', '--prune', 'soon'])).toMatchObject({ code: 2 });
    expect(await runPhlow(['runs', 'nowhere'])).toMatchObject({
      code: 0,
      stdout: 'there are no runs in nowhere\n',
    });
  });
});
