import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { installPackages } from '../../src/packages/install.js';
import { TARBALL_LIMITS } from '../../src/packages/read-tarball.js';
import { folderState } from '../support/folder-state.js';
import { withFolder } from '../support/temporary-folder.js';
import { moduleEntries, tarball } from '../support/tar-writer.js';
import { HOSTILE } from './hostile-tarballs.js';

jest.setTimeout(120_000);

/** What an install rejects with; nothing is left behind, and nothing appears beside the folder. */
async function refusal(bytes: Buffer): Promise<unknown> {
  return withFolder(async (folder) => {
    const home = join(folder, 'app');
    mkdirSync(home);
    writeFileSync(join(home, 'greet-1.0.0.tgz'), bytes);
    await installPackages([], { baseDir: home });
    const before = folderState(folder);
    const failure = await installPackages(['./greet-1.0.0.tgz'], { baseDir: home }).then(
      () => 'it was installed',
      (error: unknown) => error,
    );
    expect(folderState(folder)).toEqual(before);
    return failure;
  });
}

describe('a tarball is refused and leaves nothing behind that is', () => {
  test.each(HOSTILE.map((one) => [one.about, one] as const))('%s', async (_, { code, rule, bytes }) => {
    expect(await refusal(bytes())).toMatchObject({ code, details: { rule } });
  });

  test('cut off anywhere', async () => {
    const whole = tarball(moduleEntries());
    for (let length = 0; length < whole.length; length += 7)
      expect(await refusal(whole.subarray(0, length))).toMatchObject({ code: 'PHLOW_TARBALL_UNREADABLE' });
  });

  test('larger than a package may be', async () => {
    expect(await refusal(Buffer.alloc(TARBALL_LIMITS.packedBytes + 1))).toMatchObject({
      code: 'PHLOW_TARBALL_TOO_LARGE',
    });
  });

  test('a rule of its own', () => {
    expect(HOSTILE.length).toBeGreaterThanOrEqual(40);
    expect(new Set(HOSTILE.map(({ rule }) => rule)).size).toBeGreaterThan(35);
  });
});

describe('a package is refused and leaves nothing behind that', () => {
  test.each([
    ['has no manifest', 'PHLOW_PACKAGE_INVALID', { rule: 'no-phlow-yaml' }, without('phlow.yaml')],
    ['has no package.json', 'PHLOW_PACKAGE_INVALID', { rule: 'no-package-json' }, without('package.json')],
    [
      'has a package.json that is not JSON',
      'PHLOW_PACKAGE_INVALID',
      { rule: 'package-json' },
      { 'package.json': '{' },
    ],
    [
      'is called otherwise in its manifest',
      'PHLOW_PACKAGE_INVALID',
      { rule: 'other-name' },
      { 'phlow.yaml': 'name: other\nversion: 1.0.0\n' },
    ],
    [
      'has another version in its manifest',
      'PHLOW_PACKAGE_INVALID',
      { rule: 'other-version' },
      { 'phlow.yaml': 'name: greet\nversion: 2.0.0\n' },
    ],
    [
      'has a name that leads elsewhere',
      'PHLOW_PACKAGE_INVALID',
      { rule: 'package-name' },
      { 'package.json': '{"name":"../greet","version":"1.0.0"}' },
    ],
    [
      'is called like a module of phlow',
      'PHLOW_PACKAGE_INVALID',
      { rule: 'package-name' },
      { 'package.json': '{"name":"cache","version":"1.0.0"}' },
    ],
    [
      'says in package.json that it asks for less',
      'PHLOW_PACKAGE_INVALID',
      { rule: 'metadata' },
      {
        'package.json': '{"name":"greet","version":"1.0.0","phlow":{"permissions":[]}}',
        'phlow.yaml': 'name: greet\nversion: 1.0.0\npermissions:\n  env: [SECRET]\n',
      },
    ],
    [
      'has a manifest that is none',
      'PHLOW_MANIFEST_INVALID',
      {},
      { 'phlow.yaml': 'name: greet\nversion: 1.0.0\nentri: x.js\n' },
    ],
    ['has no code', 'PHLOW_ENTRY_MISSING', {}, without('index.js')],
    [
      'has no code where its manifest says',
      'PHLOW_ENTRY_MISSING',
      {},
      { 'phlow.yaml': 'name: greet\nversion: 1.0.0\nentry: dist/x.js\n' },
    ],
    [
      'needs another phlow',
      'PHLOW_ENGINE_UNSUPPORTED',
      { engine: 'phlow' },
      { 'phlow.yaml': "name: greet\nversion: 1.0.0\nengines: { phlow: '>=99' }\n" },
    ],
    [
      'needs another Node.js',
      'PHLOW_ENGINE_UNSUPPORTED',
      { engine: 'node' },
      { 'phlow.yaml': "name: greet\nversion: 1.0.0\nengines: { node: '>=99' }\n" },
    ],
  ] as const)('%s', async (_, code, details, files) => {
    const entries = moduleEntries(files).filter(({ content }) => content !== '');
    expect(await refusal(tarball(entries))).toMatchObject({ code, details });
  });
});

function without(path: string): Readonly<Record<string, string>> {
  return { [path]: '' };
}
