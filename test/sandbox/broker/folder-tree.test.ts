import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import { effective } from '../../support/effective.js';
import { withFolder } from '../../support/temporary-folder.js';

const MOST = 1_048_576;

/** A folder below `top` whose own path has about `length` characters. */
function deepFolder(top: string, length: number): string {
  const parts = Array.from({ length: Math.floor(length / 201) }, () => 'd'.repeat(200));
  mkdirSync(join(top, ...parts), { recursive: true });
  return parts.join('/');
}

test('a tree is refused for the characters of its paths, however few entries it has', () =>
  withFolder(async (folder) => {
    const path = deepFolder(folder, 3_500);
    const names = Array.from({ length: Math.floor((MOST - 100_000) / (path.length + 101)) }, (_, i) =>
      String(i).padStart(100, 'f'),
    );
    for (const name of names) writeFileSync(join(folder, path, name), '');
    const broker = createBroker(effective({ fs: { read: [{ asked: './data', path: folder }], write: [] } }));
    const tree = (): Promise<unknown> => broker.call('fs.tree', ['./data', { recursive: true }]);
    const before = (await tree()) as readonly { readonly path: string }[];
    const used = before.reduce((sum, entry) => sum + entry.path.length, 0);
    expect(used).toBeLessThanOrEqual(MOST);
    const missing = Math.ceil((MOST - used + 1) / (path.length + 101));
    for (let i = 0; i < missing; i++)
      writeFileSync(join(folder, path, `g${String(i).padStart(99, '0')}`), '');
    await expect(tree()).rejects.toMatchObject({ code: 'PHLOW_CAPABILITY_FAILED' });
    await expect(tree()).rejects.toThrow('more than 1048576 characters; list its folders one by one');
    await broker.close();
  }));
