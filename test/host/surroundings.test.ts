import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { withFolder } from '../support/temporary-folder.js';

const LIBRARY = new URL('../../lib/index.js', import.meta.url).href;

function run(
  shell: string,
  cwd: string,
  program: string,
): { readonly code: number | null; readonly out: string } {
  const file = join(cwd, 'program.mjs');
  writeFileSync(file, `import { createHost } from ${JSON.stringify(LIBRARY)};\n${program}`);
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `${shell}; exec "$0" "$1"`, process.execPath, file],
    {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: '/proc/none' },
    },
  );
  return { code: status, out: stdout + stderr };
}

test('a host whose current folder was removed loads what does not lie there', () =>
  withFolder((folder) => {
    const program = `
      const host = await createHost({ logLevel: 'off' });
      for (const isolation of ['inline', 'isolated'])
        console.log((await (await host.load(${JSON.stringify(fixtureModule('plain'))}, { name: isolation, isolation })).call(1)).name);
      // Node itself starts no thread there.
      console.log('threads', await host.load('echo').catch(({ code }) => code));
      console.log(await host.load('./near').catch(({ code }) => code));
      await host.close();`;
    const found = run('mkdir gone; cd gone; rmdir ../gone', folder, program);
    expect(found).toEqual({
      code: 0,
      out: 'inline\nisolated\nthreads PHLOW_LOAD_FAILED\nPHLOW_MODULE_NOT_FOUND\n',
    });
    return Promise.resolve();
  }));

test('a host with few descriptors left refuses to bundle with a code, and goes on', () =>
  withFolder((folder) => {
    const program = `
      import { closeSync, openSync } from 'node:fs';
      const host = await createHost({ logLevel: 'off', warmPool: false });
      const held = [];
      const told = [];
      for (let free = 0; free < 16; free += 2) {
        try { for (;;) held.push(openSync('/dev/null')); } catch {}
        for (let n = 0; n < free; n++) closeSync(held.pop());
        const module = await host.load(${JSON.stringify(fixtureModule('plain'))}, { isolation: 'sandboxed' }).catch((error) => error);
        told.push(module instanceof Error ? module.code : 'loaded');
        if (!(module instanceof Error)) await module.close();
      }
      for (const descriptor of held) closeSync(descriptor);
      console.log(told.every((code) => code === 'loaded' || /^(PHLOW_|EMFILE)/.test(code)) || told.join());
      console.log((await (await host.load(${JSON.stringify(fixtureModule('plain'))}, { isolation: 'sandboxed' })).call(1)).name);
      await host.close();`;
    expect(run('ulimit -n 128', folder, program)).toEqual({ code: 0, out: 'true\nplain\n' });
    return Promise.resolve();
  }));
