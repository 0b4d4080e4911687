import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createHost } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** A package that takes seconds to read. */
function withSlowPackage(use: (app: string) => Promise<void>): Promise<void> {
  return withFolder(async (app) => {
    const files = { 'phlow.yaml': 'name: slow\n', 'index.js': 'export default () => 1;\n', 'big.bin': '' };
    writeFiles(join(app, 'phlow_packages/slow'), files);
    truncateSync(join(app, 'phlow_packages/slow/big.bin'), 1_000 * 1_048_576);
    await use(app);
  });
}

describe('the reading of a large package ends', () => {
  test('when the host is closed', () =>
    withSlowPackage(async (app) => {
      const host = await createHost({ logLevel: 'off' });
      const loading = errorOf(host.load('slow', { baseDir: app }));
      await host.close();
      expect((await loading).code).toBe('PHLOW_HOST_CLOSED');
    }));

  test('at the time that its owner gives it', () =>
    withSlowPackage(async (app) => {
      const host = await createHost({ logLevel: 'off' });
      try {
        const error = await errorOf(host.load('slow', { baseDir: app, loadTimeoutMs: 5 }));
        expect([error.code, error.message]).toEqual([
          'PHLOW_LOAD_TIMED_OUT',
          expect.stringContaining('its files were not read and bundled within 5 ms'),
        ]);
      } finally {
        await host.close();
      }
    }));
});
