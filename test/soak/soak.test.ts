import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { Census } from './census.js';
import { grown } from './growth.js';
import type { Found } from './live-and-die.js';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

describe('the soak', () => {
  test.each(['restarts', 'streams', 'isolated restarts'])(
    'finds nothing left behind by a few dozen rounds of: %s',
    async (way) => {
      const args = [MAIN, '--restarts', '40', '--only', way, '--json'];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const report = JSON.parse(stdout) as { found: Found[]; grew: string[] };
      expect(report.grew).toEqual([]);
      expect(report.found.map((one) => one.way)).toEqual([way]);
      expect(report.found[0]?.closedAfter).toMatchObject({ ports: 0, timers: 0, children: 0 });
    },
    120_000,
  );

  test('refuses a way that it does not know', async () => {
    const refused = promisify(execFile)(process.execPath, [MAIN, '--only', 'restart']);
    await expect(refused).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no way "restart"'),
    });
  });
});

describe('the census', () => {
  test('sees each kind of thing that is left behind, and that it is gone', () =>
    withFolder(async (folder) => {
      const census = new Census(folder);
      const before = await census.settled();
      const { port1 } = new MessageChannel();
      port1.on('message', () => undefined);
      const timer = setInterval(() => undefined, 60_000);
      const onWarning = (): void => undefined;
      process.on('warning', onWarning);
      const descriptor = openSync(process.execPath, 'r');
      await writeFile(join(folder, 'left'), '');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60000)'], { stdio: 'ignore' });
      const kept = Array.from({ length: 600_000 }, (_, index) => ({ index }));
      // Threads aside: those of the engine come and go as other tests of this process have left them.
      const left = (counts: Parameters<typeof grown>[1]): readonly string[] =>
        grown(before, counts).filter((kind) => kind !== 'threads');
      const kinds = ['heapMb', 'listeners', 'ports', 'timers', 'handles', 'descriptors', 'children', 'files'];
      const after = await census.until((counts) => left(counts).length >= kinds.length);
      expect(left(after)).toEqual(kinds);

      kept.length = 0;
      port1.close();
      clearInterval(timer);
      process.off('warning', onWarning);
      closeSync(descriptor);
      await rm(join(folder, 'left'));
      child.kill();
      await once(child, 'exit');
      const end = await census.until((counts) => left(counts).length === 0);
      expect(left(end)).toEqual([]);
      census.end();
    }));
});
