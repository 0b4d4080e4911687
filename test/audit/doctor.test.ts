import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { DoctorReport, LevelReport } from '../../src/index.js';
import { canHoldGuarded } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { runPhlow } from '../support/run-phlow.js';

describe('phlow doctor', () => {
  test(
    'tells what each level denies on this machine, and leaves nothing behind',
    () =>
      withFolder(async (temporary) => {
        const left = (): string[] => readdirSync(temporary);
        const before = left();
        const { code, stdout } = await runPhlow(['doctor', '--json'], { env: { TMPDIR: temporary } });
        const report = JSON.parse(stdout) as DoctorReport;
        const level = (name: string): LevelReport => report.levels.find((one) => one.level === name)!;
        const open = (name: string): string[] =>
          level(name)
            .diagnostics.filter(({ isDenied }) => !isDenied)
            .map(({ probe }) => probe);
        expect(report.levels.map((one) => one.level)).toEqual([
          'trusted',
          'guarded',
          'sandboxed',
          'isolated',
          'isolated with a jail',
        ]);
        // The probes work: where nothing is denied, each of them gets through.
        expect(open('trusted')).toEqual([
          'env',
          'readFile',
          'listFolder',
          'writeFile',
          // Node 20 has no databases.
          ...(process.version.startsWith('v20.') ? [] : ['database']),
          'descriptor',
          'spawn',
          'connect',
          'unixSocket',
          'signal',
        ]);
        // What docs/security.md promises of guarded is what is found, wherever it can be had at all.
        expect(
          level('guarded').diagnostics.filter(({ isPromised, isDenied }) => isPromised && !isDenied),
        ).toEqual([]);
        expect([level('sandboxed').holds, open('sandboxed')]).toEqual([true, []]);
        expect([level('isolated').holds, open('isolated')]).toEqual([true, []]);
        expect(level('isolated').diagnostics).toHaveLength(14);
        const jailed = level('isolated with a jail');
        const missing = report.notes.find((note) => note.includes('without a jail'));
        expect([jailed.problem, jailed.holds, open('isolated with a jail')]).toEqual(
          missing === undefined
            ? [null, true, []]
            : [expect.stringContaining('its jail is required'), false, []],
        );
        // Where a level is not to be had (guarded on a Node that cannot hold it), the doctor says so instead of claiming it.
        expect(code).toBe(level('guarded').holds ? 0 : 1);
        expect(left()).toEqual(before);
      }),
    120_000,
  );

  test('claims no level where Node’s permission model is not there, though the compartment still denies everything', async () => {
    await withFolder(async (folder) => {
      const without = join(folder, 'node-without');
      writeFiles(folder, {
        // A Node that does not know these flags, and says nothing about them.
        'node-without': `#!/bin/sh\nfor one do shift; case "$one" in --permission|--experimental-permission|--allow-*) ;; *) set -- "$@" "$one";; esac; done\nexec "${process.execPath}" "$@"\n`,
        'as-that-node.mjs': `process.execPath = ${JSON.stringify(without)};\n`,
      });
      chmodSync(without, 0o755);
      const { code, stdout } = await runPhlow(['doctor', '--json'], {
        env: { ...process.env, NODE_OPTIONS: `--import=${join(folder, 'as-that-node.mjs')}` },
      });
      const isolated = (JSON.parse(stdout) as DoctorReport).levels.find(({ level }) => level === 'isolated');
      expect([code, isolated?.holds]).toEqual([1, false]);
      const broken = isolated?.diagnostics.filter(({ isPromised, isDenied }) => isPromised && !isDenied);
      expect(broken?.map(({ probe }) => probe)).toEqual(['permissions']);
    });
  }, 120_000);

  test('offers no jail where bubblewrap is missing or user namespaces are off, and says which', async () => {
    await withFolder(async (folder) => {
      writeFiles(folder, {
        'bin/bwrap': '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n',
        'none/x': '',
      });
      chmodSync(join(folder, 'bin/bwrap'), 0o755);
      const problemWith = async (path: string): Promise<readonly [number | null, string | undefined]> => {
        const { code, stdout } = await runPhlow(['doctor', '--json'], {
          env: { ...process.env, PATH: path },
        });
        const jailed = (JSON.parse(stdout) as DoctorReport).levels.at(-1);
        return [jailed?.holds === false ? code : -1, jailed?.problem];
      };
      const code = canHoldGuarded ? 0 : 1;
      expect(await problemWith(join(folder, 'none'))).toEqual([
        code,
        expect.stringContaining('bubblewrap (bwrap) is not installed'),
      ]);
      expect(await problemWith(join(folder, 'bin'))).toEqual([
        code,
        expect.stringContaining('setting up uid map: Permission denied'),
      ]);
    });
  }, 120_000);
});
