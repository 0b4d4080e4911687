import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

jest.setTimeout(120_000);

const INDEX = fileURLToPath(new URL('../../src/index.js', import.meta.url));

/** Swaps a sandboxed module ten times for one that has to be bundled, and prints which processes are there when the last one answers. */
const HOST = `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
const { createHost } = await import(${JSON.stringify(INDEX)});
const put = (n) => writeFileSync('m/index.mjs', 'export default () => ' + n + ';');
put(0);
const host = await createHost({ logLevel: 'off' });
const module = await host.load('./m', { isolation: 'sandboxed' });
for (let n = 1; n <= 10; n++) {
  put(n);
  await host.replace('m');
}
const processes = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
const names = processes.map((pid) => readFileSync('/proc/' + pid + '/comm', 'utf8').trim());
console.log(JSON.stringify([process.pid, await module.call(), names.filter((name) => name !== 'node')]));
await host.close();
`;

const NAMESPACES = ['-rpf', '--mount-proc'];
const canBeFirst = spawnSync('unshare', [...NAMESPACES, 'true']).status === 0;

(canBeFirst ? test : test.skip)(
  'a host that is the first process keeps no dead ones of the bundler (skipped where the kernel gives no namespaces)',
  () =>
    withFolder((folder) => {
      writeFiles(folder, { 'm/phlow.yaml': 'name: m\n', 'host.mjs': HOST });
      const { stdout, stderr } = spawnSync('unshare', [...NAMESPACES, process.execPath, 'host.mjs'], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, XDG_CACHE_HOME: folder },
      });
      expect([stdout, stderr]).toEqual(['[1,10,[]]\n', '']);
    }),
);
