import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createHost, type Module } from '../../../../src/index.js';
import { withFolder } from '../../../support/temporary-folder.js';

/** Runs `use` with the module, for which `folder` is the current one. */
async function withFs(use: (fs: Module, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const host = await createHost({ logLevel: 'off' });
    try {
      // As it is known without its types: what follows is what they forbid.
      await use(await host.load<string>('fs', { baseDir: folder, checkOutput: true }), folder);
    } finally {
      await host.close();
    }
  });
}

const itemNames = (reply: unknown): readonly string[] =>
  (reply as { data: { items: readonly { name: string }[] } }).data.items.map(({ name }) => name);

test('Q-FS-OVERWRITTEN: force replaces nothing where there was nothing', async () => {
  await withFs(async (fs) => {
    const write = { action: 'write', path: 'new', content: 'x', force: true };
    expect(await fs.call(write)).toMatchObject({ data: { overwritten: false } });
    expect(await fs.call(write)).toMatchObject({ data: { overwritten: true } });
  });
});

test('Q-FS-BARE-NAME: the parent of a bare name is the current folder', async () => {
  await withFs(async (fs, folder) => {
    const reply = await fs.call({ action: 'write', path: 'bare', content: 'x', recursive: false });
    expect(reply).toMatchObject({ success: true, data: { path: 'bare' } });
    expect(existsSync(join(folder, 'bare'))).toBe(true);
  });
});

test('Q-FS-ORDER: entries come in the order of their names by code point', async () => {
  await withFs(async (fs, folder) => {
    for (const name of ['b', 'a', 'B', 'é', '\u{1f600}', '\uffee', '10', '9'])
      writeFileSync(join(folder, name), '');
    expect(itemNames(await fs.call({ action: 'read', path: '.' }))).toEqual([
      '10',
      '9',
      'B',
      'a',
      'b',
      'é',
      '\uffee',
      '\u{1f600}',
    ]);
  });
});

test('Q-FS-SYMLINK: a link is listed as a file without a size, and not descended into', async () => {
  await withFs(async (fs, folder) => {
    mkdirSync(join(folder, 'd'));
    symlinkSync('..', join(folder, 'd/up'));
    expect(await fs.call({ action: 'read', path: 'd', recursive: true })).toMatchObject({
      data: { items: [{ name: 'up', path: 'd/up', type: 'file', size: null }] },
    });
  });
});

test('Q-NONOBJECT-PANIC, Q-ARRAY-FIELD: input that is no object is answered like any other mistake', async () => {
  await withFs(async (fs) => {
    const missing = { success: false, error: "missing field 'action'" };
    for (const input of [undefined, null, 'read', 7, ['read', 'x'], [{ action: 'read' }]])
      expect(await fs.call(input)).toEqual(missing);
    expect(await fs.call({ action: 5, path: 'x' })).toEqual({
      success: false,
      error: "invalid action: expected 'read' or 'write'",
    });
  });
});

test('Q-VALUE-STRINGIFY: a path that is null is missing; content that is null is written', async () => {
  await withFs(async (fs, folder) => {
    for (const path of [null, undefined])
      expect(await fs.call({ action: 'read', path })).toEqual({
        success: false,
        error: "missing field 'path'",
      });
    expect(await fs.call({ action: 'write', path: 5, content: null })).toMatchObject({
      data: { path: '5', written: 4 },
    });
    expect(existsSync(join(folder, '5'))).toBe(true);
  });
});
