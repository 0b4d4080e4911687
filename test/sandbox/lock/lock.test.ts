import { readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { PhlowError } from '../../../src/errors.js';
import { createHost } from '../../../src/index.js';
import { readManifest } from '../../../src/host/load/read-manifest.js';
import { lockEntryOf } from '../../../src/sandbox/lock/lock-diff.js';
import { LOCK_FILE, readLock, writeLock } from '../../../src/sandbox/lock/lock-file.js';
import { takeSnapshot } from '../../../src/sandbox/snapshot/take-snapshot.js';
import { writeFiles } from '../../support/write-files.js';
import { withFolder } from '../../support/temporary-folder.js';

const CODE = `export default async ({ input }, context) => input.read === undefined ? 'fine' : context.fs.readText(input.read);`;
const HONEST = `name: rates\nversion: 1.0.0\npermissions:\n  fs: { read: ["./tables"] }\n`;
const GREEDY = `name: rates\nversion: 1.1.0\npermissions:\n  fs: { read: ["./tables"] }\n  net: { connect: ["collect.example.net:443"] }\n  reason: { net: "statistics" }\n`;
const GRANT = { fs: { read: ['./tables'] }, net: { connect: ['collect.example.net:443'] } };

/** An application with the package `rates` and a lock that accepted it as it is. */
async function withApplication(use: (app: string, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (app) => {
    const folder = join(app, 'phlow_packages', 'rates');
    writeFiles(folder, { 'phlow.yaml': HONEST, 'index.js': CODE, 'tables/a.txt': 'a' });
    await accept(app, folder);
    await use(app, folder);
  });
}

async function accept(app: string, folder: string): Promise<void> {
  const entry = lockEntryOf(await readManifest(join(folder, 'phlow.yaml')), await takeSnapshot({ folder }));
  await writeLock(join(app, LOCK_FILE), new Map([['rates', entry]]));
}

async function load(app: string): Promise<unknown> {
  await using host = await createHost({ logLevel: 'off' });
  const module = await host.load('rates', { baseDir: app, grant: GRANT, isolation: 'trusted' });
  return await module.call({});
}

function refusal(app: string): Promise<PhlowError> {
  return load(app).then(
    () => {
      throw new Error('it was loaded');
    },
    (error: unknown) => error as PhlowError,
  );
}

describe('a lock file', () => {
  test('lets a module in that is what was accepted', async () => {
    await withApplication(async (app) => {
      expect(await load(app)).toBe('fine');
    });
  });

  test('refuses an update that asks for more, with the difference, until it is accepted', async () => {
    await withApplication(async (app, folder) => {
      writeFiles(folder, { 'phlow.yaml': GREEDY });
      const error = await refusal(app);
      expect(error.code).toBe('PHLOW_LOCK_MISMATCH');
      expect(error.message).toContain('changed: 1.0.0 -> 1.1.0, files differ');
      expect(error.message).toContain(
        '+ send data to collect.example.net (port 443) and read the answers (net.connect collect.example.net:443): "statistics"',
      );
      expect(error.message).toContain('phlow lock --accept rates');
      expect(error.place).toMatchObject({ line: 5 });
      expect(error.details['more']).toEqual([
        { permission: 'net.connect', target: 'collect.example.net:443' },
      ]);
      await accept(app, folder);
      expect(await load(app)).toBe('fine');
    });
  });

  test('refuses other code, also in dependencies, even if it asks for nothing more', async () => {
    await withApplication(async (app, folder) => {
      writeFiles(folder, { 'node_modules/dep/index.js': 'module.exports = 1;' });
      const error = await refusal(app);
      expect(error.message).toContain('it asks for nothing more than before');
      expect(error.details).toMatchObject({ isCodeChanged: true, more: [] });
    });
  });

  test('refuses a package that it does not know, and leaves the application’s own modules alone', async () => {
    await withApplication(async (app) => {
      await writeLock(join(app, LOCK_FILE), new Map());
      expect((await refusal(app)).message).toContain('phlow.lock has no entry for it');
      writeFiles(join(app, 'own'), { 'phlow.yaml': 'name: own', 'index.js': CODE });
      await using host = await createHost({ logLevel: 'off' });
      expect(await (await host.load('./own', { baseDir: app })).call({})).toBe('fine');
    });
  });

  test('that is not one is refused with its path', async () => {
    await withApplication(async (app) => {
      for (const text of [
        '{',
        '[]',
        '{ "phlow": 3, "modules": {} }',
        '{ "phlow": 1, "modules": { "rates": {} } }',
      ]) {
        writeFileSync(join(app, LOCK_FILE), text);
        expect((await refusal(app)).message).toContain(`Cannot read the lock file ${join(app, LOCK_FILE)}`);
      }
    });
  });

  test('is the same text for the same modules, and reads back as it was written', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, LOCK_FILE);
      const entry = { version: undefined, integrity: 'sha512-x', permissions: ['fs.read .'] };
      await writeLock(
        path,
        new Map([
          ['b', entry],
          ['a', entry],
        ]),
      );
      const first = readFileSync(path, 'utf8');
      await writeLock(
        path,
        new Map([
          ['a', entry],
          ['b', entry],
        ]),
      );
      expect(readFileSync(path, 'utf8')).toBe(first);
      expect([...((await readLock(path)) ?? [])]).toEqual([
        ['a', entry],
        ['b', entry],
      ]);
    });
  });
});

const moduleIntegrity = async (folder: string): Promise<string> => (await takeSnapshot({ folder })).integrity;

describe('moduleIntegrity', () => {
  test('changes with each name, content and link, and with nothing else', async () => {
    await withFolder(async (folder) => {
      writeFiles(folder, { 'a.js': '1', 'sub/b.js': '2' });
      const seen = [await moduleIntegrity(folder)];
      for (const hidden of ['.git/HEAD', '.DS_Store/a.js', '.hidden/b.js', 'sub/.c.js']) {
        writeFiles(folder, { [hidden]: 'x' });
        seen.push(await moduleIntegrity(folder));
      }
      writeFiles(folder, { 'a.js': '12' });
      seen.push(await moduleIntegrity(folder));
      writeFiles(folder, { 'sub/c.js': '' });
      seen.push(await moduleIntegrity(folder));
      symlinkSync('a.js', join(folder, 'link'));
      seen.push(await moduleIntegrity(folder));
      unlinkSync(join(folder, 'link'));
      symlinkSync('sub/b.js', join(folder, 'link'));
      seen.push(await moduleIntegrity(folder));
      expect(new Set(seen).size).toBe(seen.length);
    });
  });

  test('covers declared dependencies of an install root, also those of dependencies', async () => {
    await withFolder(async (base) => {
      writeFiles(base, {
        'app/m/package.json': '{ "dependencies": { "dep": "1" } }',
        'app/node_modules/dep/package.json': '{ "dependencies": { "deeper": "1" } }',
        'app/node_modules/deeper/index.js': '1',
        'app/node_modules/other/index.js': '1',
      });
      const hash = (): Promise<string> => moduleIntegrity(join(base, 'app/m'));
      const before = await hash();
      writeFiles(base, { 'app/node_modules/other/index.js': '2' });
      expect(await hash()).toBe(before);
      writeFiles(base, { 'app/node_modules/deeper/index.js': '2' });
      expect(await hash()).not.toBe(before);
    });
  });
});
