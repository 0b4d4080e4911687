import { basename, join } from 'node:path';
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createHost, lockModules } from '../../../src/index.js';
import { duplicateKey } from '../../../src/sandbox/lock/duplicate-key.js';
import { LOCK_FILE, MAX_LOCK_BYTES, readLock } from '../../../src/sandbox/lock/lock-file.js';
import { updateLock } from '../../../src/sandbox/lock/update-lock.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

function complaint(text: string): ReturnType<typeof errorOf> {
  return withFolder(async (folder) => {
    const path = join(folder, LOCK_FILE);
    writeFileSync(path, text);
    return errorOf(readLock(path));
  });
}

const ENTRY = '{"integrity":"sha512-x","permissions":[]}';

describe('a lock file that was changed by hand', () => {
  test.each([
    ['', 'it is not JSON'],
    ['{"phlow":1,"modules":{', 'it is not JSON'],
    [
      `{"phlow":1,\n<<<<<<< ours\n"modules":{}\n=======\n"modules":{}\n>>>>>>> theirs\n}`,
      'the marks of a merge conflict',
    ],
    ['[]', 'it is no lock file of phlow'],
    ['{}', 'it is no lock file of phlow'],
    ['{"phlow":"1","modules":{}}', 'it has format "1", and this phlow knows formats 1 and 2;'],
    ['{"phlow":0,"modules":{}}', 'it has format 0, and this phlow knows formats 1 and 2;'],
    ['{"phlow":1}', 'its "modules" is not an object'],
    ['{"phlow":1,"modules":[]}', 'its "modules" is not an object'],
    ['{"phlow":1,"modules":{"a":1}}', 'its entry "a" is not an object'],
    ['{"phlow":1,"modules":{"a":{"permissions":[]}}}', 'its entry "a" has no "integrity": "sha512-…"'],
    [
      '{"phlow":1,"modules":{"a":{"integrity":"md5-x","permissions":[]}}}',
      'its entry "a" has no "integrity": "sha512-…"',
    ],
    [
      '{"phlow":1,"modules":{"a":{"integrity":"sha512-x","permissions":[1]}}}',
      'its entry "a" has no list of texts as "permissions"',
    ],
    [
      '{"phlow":1,"modules":{"a":{"integrity":"sha512-x","permissions":[],"version":1}}}',
      'its entry "a" has no text as "version"',
    ],
  ])('%j is refused with what is wrong and what to do', async (text, reason) => {
    const { code, message } = await complaint(text);
    expect(code).toBe('PHLOW_LOCK_MISMATCH');
    expect(message).toContain(reason);
    expect(message).toContain('put it back from version control; or delete it, look at every module');
  });

  test('of a newer phlow is left as it is', async () => {
    const { code, message } = await complaint('{"phlow":3,"modules":{}}');
    expect(code).toBe('PHLOW_LOCK_MISMATCH');
    expect(message).toMatch(
      /it has format 3, and this phlow knows formats 1 and 2: a newer phlow wrote it; use a newer phlow/,
    );
    expect(message).not.toMatch(/delete it|--accept/);
  });

  test('one that nests a million times is refused before it is parsed, and one of millions of escaped signs is read', async () => {
    const deep = `{"phlow":1,"modules":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
    const { code, message } = await complaint(deep);
    expect(code).toBe('PHLOW_LOCK_MISMATCH');
    expect(message).toContain('it nests more than');
    const escaped = `"${'\\n'.repeat(2_000_000)}"`;
    await withFolder(async (folder) => {
      const path = join(folder, LOCK_FILE);
      writeFileSync(path, `{"phlow":1,"modules":{"a":${ENTRY}},"note":${escaped}}`);
      expect([...((await readLock(path))?.keys() ?? [])]).toEqual(['a']);
    });
  });

  test.each([
    ['./mods/own/', './mods/own'],
    ['.//mods//own', './mods/own'],
    ['./a/../mods/own', './mods/own'],
    ['../x/.', '../x'],
    ['p/', 'p'],
    ['@scope//p', '@scope/p'],
    ['x/../p', 'x/p'],
  ])('the name %j, by which nobody finds the entry, is refused for %j', async (key, spelled) => {
    const { code, message } = await complaint(`{"phlow":1,"modules":{${JSON.stringify(key)}:${ENTRY}}}`);
    expect(code).toBe('PHLOW_LOCK_MISMATCH');
    expect(message).toContain(
      `its entry ${JSON.stringify(key)} is not spelled as phlow spells names: ${JSON.stringify(spelled)}`,
    );
  });

  test('a path that goes around or begins at the root is refused for the plain one', () =>
    withFolder(async (folder) => {
      const path = join(folder, LOCK_FILE);
      for (const key of [join(folder, 'x'), `../${basename(folder)}/x`]) {
        writeFileSync(path, `{"phlow":1,"modules":{${JSON.stringify(key)}:${ENTRY}}}`);
        expect((await errorOf(readLock(path))).message).toContain(
          'is not spelled as phlow spells names: "./x"',
        );
      }
      for (const key of [
        './',
        './x',
        '..',
        '../..',
        '../x',
        './node_modules/@s/x',
        'a',
        '@s/a',
        'a/b',
        '__proto__',
      ]) {
        writeFileSync(path, `{"phlow":1,"modules":{${JSON.stringify(key)}:${ENTRY}}}`);
        expect([...((await readLock(path)) ?? [])].map(([name]) => name)).toEqual([key]);
      }
    }));

  test('two entries of one name are refused, with the place of the second', async () => {
    const { message, place } = await complaint(
      `{\n  "phlow": 1,\n  "modules": {\n    "a": ${ENTRY},\n    "a": ${ENTRY}\n  }\n}\n`,
    );
    expect(message).toContain('it has "a" twice');
    expect([place?.line, place?.column]).toEqual([5, 5]);
  });

  test('a key is the same one however it is spelled, and not the one of another object', async () => {
    const { message } = await complaint(`{"phlow":1,"modules":{"a":${ENTRY},"\\u0061":${ENTRY}}}`);
    expect(message).toContain('it has "\\u0061" twice');
    await withFolder(async (folder) => {
      const path = join(folder, LOCK_FILE);
      writeFileSync(path, `{"phlow":1,"modules":{"integrity":${ENTRY},"x\\"{":${ENTRY}}}`);
      expect([...((await readLock(path)) ?? new Map<string, unknown>()).keys()]).toEqual([
        'integrity',
        'x"{',
      ]);
    });
  });

  test('a name that is a word of JavaScript is a name like any other', async () => {
    await withFolder(async (folder) => {
      writeFileSync(
        join(folder, LOCK_FILE),
        `{"phlow":1,"modules":{"__proto__":${ENTRY},"constructor":${ENTRY}}}`,
      );
      expect([...((await readLock(join(folder, LOCK_FILE))) ?? new Map<string, unknown>()).keys()]).toEqual([
        '__proto__',
        'constructor',
      ]);
    });
  });
});

describe('a lock file that is large', () => {
  test('is refused above a bound, which no lock file is written above', () =>
    withFolder(async (folder) => {
      const path = join(folder, LOCK_FILE);
      writeFileSync(path, ' '.repeat(MAX_LOCK_BYTES + 1));
      expect((await errorOf(readLock(path))).message).toContain(`it has more than ${MAX_LOCK_BYTES} bytes`);
      writeFileSync(path, `{"phlow":1,"modules":{"a":${ENTRY}}}`);
      const entry = {
        version: undefined,
        integrity: `sha512-${'x'.repeat(MAX_LOCK_BYTES)}`,
        permissions: [],
      };
      expect(await errorOf(updateLock(path, () => new Map([['a', entry]])))).toMatchObject({
        code: 'PHLOW_LOCK_UNWRITABLE',
        message: expect.stringContaining('hold fewer modules by one lock file'),
      });
      expect((await readLock(path))?.get('a')?.integrity).toBe('sha512-x');
      expect(readdirSync(folder)).toEqual([LOCK_FILE]);
    }));

  test('is looked through with turns for others in between', async () => {
    const keys = Array.from({ length: 3_000 }, (_, i) => `"k${i}":1`);
    let turns = 0;
    const step = (): Promise<void> => {
      turns++;
      return Promise.resolve();
    };
    expect(await duplicateKey(`{${keys.join()},"k0":1}`, { step })).toMatchObject({ text: '"k0"' });
    expect(turns).toBeGreaterThan(5);
  });
});

describe('which lock file holds', () => {
  test('a package is held to the one beside its phlow_packages, whatever folder it is named from', async () => {
    await withFolder(async (app) => {
      const folder = join(app, 'phlow_packages', 'rates');
      writeFiles(folder, { 'phlow.yaml': 'name: rates', 'index.js': 'export default () => 1;' });
      mkdirSync(join(app, 'flows'));
      await lockModules({ baseDir: app, accept: true });
      writeFiles(folder, { 'index.js': 'export default () => 2;' });
      await using host = await createHost({ logLevel: 'off' });
      for (const [module, baseDir] of [
        ['rates', app],
        ['../phlow_packages/rates', join(app, 'flows')],
        [folder, '/'],
      ] as const) {
        const error = await errorOf(host.load(module, { baseDir }));
        expect([error.code, error.message]).toEqual([
          'PHLOW_LOCK_MISMATCH',
          expect.stringContaining('phlow lock --accept rates'),
        ]);
      }
    });
  });

  test('two packages of one name in two folders are two entries', async () => {
    await withFolder(async (app) => {
      const one = join(app, 'phlow_packages', 'rates');
      const other = join(app, 'node_modules', 'rates');
      for (const [folder, code] of [
        [one, '1'],
        [other, '2'],
      ] as const)
        writeFiles(folder, { 'phlow.yaml': 'name: rates', 'index.cjs': `module.exports = () => ${code};` });
      await lockModules({ baseDir: app, modules: ['rates', './node_modules/rates'], accept: true });
      const lock = await readLock(join(app, LOCK_FILE));
      expect([...(lock?.keys() ?? [])]).toEqual(['./node_modules/rates', 'rates']);
      await using host = await createHost({ logLevel: 'off' });
      expect(await (await host.load('rates', { baseDir: app })).call()).toBe(1);
      expect(await (await host.load('./node_modules/rates', { baseDir: app, name: 'other' })).call()).toBe(2);
    });
  });
});

describe('lockModules', () => {
  test('with frozen, a lock file that is missing is an error; without, everything is new', async () => {
    await withFolder(async (app) => {
      const error = await errorOf(lockModules({ baseDir: app, frozen: true }));
      expect([error.code, error.message]).toEqual([
        'PHLOW_LOCK_MISMATCH',
        expect.stringContaining('there is no phlow.lock'),
      ]);
      expect(await lockModules({ baseDir: app })).toMatchObject({ changes: [], isWritten: false });
    });
  });

  test('tells an update that asks for less, for more, for the same, and one that was renamed', async () => {
    await withFolder(async (app) => {
      const at = (name: string): string => join(app, 'phlow_packages', name);
      const write = (version: string, read: string): void =>
        writeFiles(at('a'), {
          'phlow.yaml': `name: a\nversion: ${version}\npermissions: { fs: { read: [${read}] } }\n`,
          'index.js': 'export default () => 1;',
        });
      const told = async (): Promise<readonly string[]> =>
        (await lockModules({ baseDir: app })).changes.map(({ text }) => text);
      write('1.0.0', './x, ./y');
      await lockModules({ baseDir: app, accept: true });
      write('1.0.1', './x');
      expect(await told()).toEqual([
        'a\n  changed: 1.0.0 -> 1.0.1, files differ\n  - read y in its own folder (fs.read ./y)\n  it asks for nothing more than before',
      ]);
      write('1.0.1', './x, ./y, ./z');
      expect(await told()).toEqual([
        'a\n  changed: 1.0.0 -> 1.0.1, files differ\n  + read z in its own folder (fs.read ./z)',
      ]);
      writeFiles(at('a'), {
        'phlow.yaml': 'name: a\nversion: 1.0.0\npermissions: { fs: { read: [./x, ./y] } }\n',
        'index.js': 'export default () => 2;',
      });
      expect(await told()).toEqual([
        'a\n  changed: 1.0.0, files differ\n  it asks for nothing more than before',
      ]);
      write('1.0.0', './x, ./y');
      renameSync(at('a'), at('b'));
      const { changes, gone } = await lockModules({ baseDir: app });
      expect(gone).toEqual(['a']);
      expect(changes.map(({ text }) => text)).toEqual([
        expect.stringMatching(
          /^b\n {2}new: 1\.0\.0\n.*\n {2}it is what was accepted as a, under another name$/s,
        ),
      ]);
    });
  });
});
