import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { runPhlow } from '../support/run-phlow.js';
import { writeFiles } from '../support/write-files.js';
import { withFolder } from '../support/temporary-folder.js';

const QUICK = ['--seconds', '0.2', '--in-flight', '1,4'];

interface Document {
  readonly results: readonly {
    readonly case: string;
    readonly inFlight: number;
    readonly perSecond: number;
  }[];
  readonly explanation?: { readonly input: { readonly fields: readonly { readonly field: string }[] } };
}

describe('phlow bench', () => {
  test('measures a module beside the floor at each width and explains what is cloned', async () => {
    const module = fixtureModule('plain');
    const { code, stdout } = await runPhlow([
      'bench',
      module,
      '--input',
      '{"rows":[1,2],"k":"v"}',
      '--explain',
      '--json',
      ...QUICK,
    ]);
    const { results, explanation } = JSON.parse(stdout) as Document;
    expect(code).toBe(0);
    expect(results.map((row) => [row.case, row.inFlight])).toEqual([
      ['floor', 1],
      ['floor', 4],
      [module, 1],
      [module, 4],
    ]);
    expect(results.every(({ perSecond }) => perSecond > 0)).toBe(true);
    expect(explanation?.input.fields.map(({ field }) => field).toSorted()).toEqual(['k', 'rows']);
  });

  test('measures a flow', async () => {
    await withFolder(async (folder) => {
      writeFiles(folder, { 'twice.phlow': 'steps:\n  - payload: !phs main * 2\n' });
      const { code, stdout } = await runPhlow(['bench', 'twice.phlow', '--input', '21', ...QUICK], {
        cwd: folder,
      });
      expect(code).toBe(0);
      expect(stdout).toContain('twice.phlow');
      expect(stdout).toContain('of floor');
    });
  });

  test('refuses to measure a module that refuses the input', async () => {
    const { code, stderr } = await runPhlow([
      'bench',
      fixtureModule('checked'),
      '--input',
      '{"n":"x"}',
      ...QUICK,
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('PHLOW_');
  });

  test.each([
    [['--in-flight', '0'], '--in-flight'],
    [['--in-flight', '1.5'], '--in-flight'],
    [['--seconds', 'soon'], '--seconds'],
  ])('complains about %j', async (args, named) => {
    const { code, stderr } = await runPhlow(['bench', fixtureModule('plain'), ...args]);
    expect([code, stderr.includes(named)]).toEqual([2, true]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle ends it at once and says so', async (name) => {
    const { code, stdout, stderr } = await runPhlow(['bench', fixtureModule('plain'), '--seconds', '60'], {
      interrupt: { after: 'Measuring', with: name },
    });
    expect({ code, stdout }).toEqual({ code: name === 'SIGINT' ? 130 : 143, stdout: '' });
    expect(stderr).toContain('Cannot finish the bench');
    expect(stderr).toContain(`interrupted by ${name}`);
  });
});
