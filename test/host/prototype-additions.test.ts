import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { LEVELS } from '../support/guarded-here.js';

const INDEX = new URL('../../src/index.js', import.meta.url).href;

/** In a process of its own: what stands on `Object.prototype` is there for everybody. */
const SCRIPT = `
const [at, folder] = process.argv.slice(1);
Object.prototype.first = () => 1;
const { createHost } = await import(at);
Object.prototype.second = { type: 1 };
Object.prototype.third = 'x';
const host = await createHost();
const replies = [];
for (const isolation of ${JSON.stringify(LEVELS)}) {
  const module = await host.load(folder, { isolation, name: isolation, with: {} });
  replies.push(await module.call({ n: 2 }));
}
const cache = await host.load('cache', {});
Object.prototype.fourth = 'later';
replies.push(await cache.call({ action: 'set', key: 'a', value: 1 }));
console.log(JSON.stringify(replies));
await host.close();
`;

test('what somebody has put on Object.prototype stops no module from being loaded and called', async () => {
  const args = ['--input-type=module', '--eval', SCRIPT, INDEX, fixtureModule('checked')];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const replies = JSON.parse(stdout) as unknown[];
  const reply = { n: 2, label: 'none' };
  expect(replies).toMatchObject([...LEVELS.map(() => reply), { success: true, cached: true }]);
}, 60_000);
