import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readManifest } from '../../src/host/load/read-manifest.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phlow-manifest-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(content: string | Uint8Array): Promise<string> {
  const path = join(folder, 'phlow.yaml');
  await writeFile(path, content);
  return path;
}

describe('readManifest()', () => {
  test('reads a file, with or without a byte order mark', async () => {
    expect((await readManifest(await written('name: one'))).name).toBe('one');
    expect((await readManifest(await written('\uFEFFname: two'))).name).toBe('two');
  });

  test('puts the path into the place of an error', async () => {
    const path = await written('name: 3');
    await expect(readManifest(path)).rejects.toMatchObject({
      code: 'PHLOW_MANIFEST_INVALID',
      place: { file: path, line: 1, column: 7 },
    });
  });

  test('refuses a file that does not exist', async () => {
    await expect(readManifest(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'PHLOW_MANIFEST_UNREADABLE',
      message: expect.stringContaining('there is no such file'),
    });
  });

  test('refuses a folder', async () => {
    await expect(readManifest(folder)).rejects.toMatchObject({ code: 'PHLOW_MANIFEST_UNREADABLE' });
  });

  test('refuses what is not UTF-8', async () => {
    await expect(readManifest(await written(Uint8Array.of(0x6e, 0xff, 0xfe)))).rejects.toMatchObject({
      code: 'PHLOW_MANIFEST_UNREADABLE',
      message: expect.stringContaining('not UTF-8'),
    });
  });

  test('refuses a huge file without reading all of it', async () => {
    await expect(readManifest(await written('é'.repeat(100_000)))).rejects.toMatchObject({
      code: 'PHLOW_MANIFEST_INVALID',
      message: expect.stringContaining('at most 65536'),
    });
  });
});
