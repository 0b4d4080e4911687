import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

jest.setTimeout(120_000);

const INDEX = fileURLToPath(new URL('../../src/index.js', import.meta.url));

/** Swaps a module ten times for one that has to be bundled, and prints how many dead processes there are when the last one answers. */
const HOST = `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
const { createHost } = await import(${JSON.stringify(INDEX)});
const put = (n) => writeFileSync('m/index.mjs', 'export default () => ' + n + ';');
put(0);
const host = await createHost({ logLevel: 'off' });
const module = await host.load('./m', { isolation: process.argv[2] });
for (let n = 1; n <= 10; n++) {
  put(n);
  await host.replace('m');
}
const processes = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
const states = processes.map((pid) => /^State:\\t(\\w)/m.exec(readFileSync('/proc/' + pid + '/status', 'utf8'))[1]);
console.log(JSON.stringify([process.pid, await module.call(), states.filter((state) => state === 'Z').length]));
await host.close();
`;

const NAMESPACES = ['-rpf', '--mount-proc'];
const canBeFirst = spawnSync('unshare', [...NAMESPACES, 'true']).status === 0;

// The first look for a jail starts a Node that ends by itself, of which one process may be left.
(canBeFirst ? test : test.skip).each([
  ['sandboxed', 0],
  ['isolated', 3],
])(
  'a host that is the first process keeps no dead ones of hot swaps at %s (skipped where the kernel gives no namespaces)',
  (level, most) =>
    withFolder((folder) => {
      writeFiles(folder, { 'm/phlow.yaml': 'name: m\n', 'host.mjs': HOST });
      const words = [...NAMESPACES, process.execPath, 'host.mjs', level];
      const { stdout, stderr } = spawnSync('unshare', words, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, XDG_CACHE_HOME: folder },
      });
      expect(stderr).toBe('');
      const [pid, said, dead] = JSON.parse(stdout) as readonly number[];
      expect([pid, said]).toEqual([1, 10]);
      expect(dead).toBeLessThanOrEqual(most);
    }),
);
