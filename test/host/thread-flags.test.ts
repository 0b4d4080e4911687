import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { threadFlags } from '../../src/host/executors/thread-executor.js';
import { withFolder } from '../support/temporary-folder.js';

describe('flags that a thread takes over', () => {
  test('are the own ones of the host, unless those speak of its entry', () => {
    expect(threadFlags(['--expose-gc', '--no-warnings'])).toBeUndefined();
    expect(threadFlags(['--expose-gc', '--input-type=module', '-e', 'code'])).toEqual([]);
  });

  test('let a host that was given as text on the command line load modules', async () => {
    const index = fileURLToPath(new URL('../../src/index.js', import.meta.url));
    const program = `const { createHost } = await import(${JSON.stringify(index)});
      const host = await createHost();
      console.log(await (await host.load('echo')).call('hello'));
      await host.close();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout).toBe('hello\n');
  });

  test.each(['throw', 'delete'])('--disable-proto=%s leaves every level', async (what) => {
    const index = fileURLToPath(new URL('../../src/index.js', import.meta.url));
    const program = `const { createHost } = await import(${JSON.stringify(index)});
      const host = await createHost();
      for (const isolation of ['inline', 'trusted', 'guarded', 'sandboxed', 'isolated'])
        console.log(await (await host.load('echo', { isolation, name: isolation })).call(isolation));
      await host.close();`;
    await withFolder(async (folder) => {
      const words = [`--disable-proto=${what}`, '--input-type=module', '-e', program];
      const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: folder });
      expect(stdout).toBe('inline\ntrusted\nguarded\nsandboxed\nisolated\n');
    });
  });
});
