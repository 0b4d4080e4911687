import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { canHoldGuarded } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const here = canHoldGuarded ? describe : describe.skip;

const MODULE = `import fs from 'node:fs';
import { open, readFile, writeFile, appendFile } from 'node:fs/promises';
import { AsyncLocalStorage } from 'node:async_hooks';
const text = async (stream) => { let all = ''; for await (const part of stream) all += part; return all; };
export default async ({ input: folder }) => {
  const path = folder + '/a.txt';
  const handle = await open(path, 'w+');
  await handle.writeFile('one\\n');
  await appendFile(handle, 'two\\n');
  await handle.write('three\\n');
  const bytes = Buffer.alloc(3);
  await handle.read(bytes, 0, 3, 0);
  const { size } = await handle.stat();
  await handle.close();
  const lines = [];
  for await (const line of (await open(path)).readLines()) lines.push(line);
  const streamed = await text((await open(path)).createReadStream({ encoding: 'utf8' }));
  const web = await open(path);
  let viaWeb = '';
  for await (const part of web.readableWebStream()) viaWeb += Buffer.from(part);
  await web.close();
  const whole = await open(path);
  const viaPromises = await readFile(whole, 'utf8');
  await whole.close();
  await writeFile(Buffer.from(folder + '/b.txt'), 'b');
  await writeFile(new URL('file://' + folder + '/c.txt'), 'c');
  const fd = fs.openSync(path);
  const viaStream = await text(fs.createReadStream('', { fd, encoding: 'utf8' }));
  fs.cpSync(folder + '/d', folder + '/copy', { recursive: true, filter: (from) => !from.endsWith('f.txt') });
  fs.cpSync(folder + '/d', folder + '/all', { recursive: true });
  const stored = new AsyncLocalStorage();
  return {
    first: String(bytes), size, lines, copied: [fs.readdirSync(folder + '/copy'), fs.readdirSync(folder + '/all').sort()],
    same: [streamed, viaWeb, viaPromises, viaStream].map((one) => one === 'one\\ntwo\\nthree\\n'),
    stored: stored.run('kept', () => stored.getStore()),
  };
};
`;

here('at guarded a module’s own files', () => {
  test('are read, written and copied by handles, streams and whole folders', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        const own = join(folder, 'mod');
        const out = join(folder, 'out');
        const permissions = { fs: { write: [out] } };
        writeFiles(own, {
          'phlow.yaml': JSON.stringify({ name: 'handles', version: '1.0.0', permissions }),
          'index.mjs': MODULE,
        });
        writeFiles(out, { 'd/e.txt': 'e', 'd/f.txt': 'f' });
        const module = await host.load(own, { isolation: 'guarded', grant: permissions });
        expect(await module.call(out)).toEqual({
          first: 'one',
          size: 14,
          lines: ['one', 'two', 'three'],
          copied: [['e.txt'], ['e.txt', 'f.txt']],
          same: [true, true, true, true],
          stored: 'kept',
        });
      }),
    ));
});
