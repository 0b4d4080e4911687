import { describe, expect, test } from '@jest/globals';
import { createHost } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const BUSY = {
  'phlow_packages/busy/phlow.yaml': 'name: busy\n',
  'phlow_packages/busy/index.js':
    'export default ({ input }) => { const end = Date.now() + input.ms; while (Date.now() < end); return "done"; };',
};

describe.each(['sandboxed', 'isolated'] as const)('a module that computes at %s', (isolation) => {
  test('may do so for as long as hangTimeoutMs says', async () => {
    await withFolder(async (baseDir) => {
      writeFiles(baseDir, BUSY);
      await using host = await createHost({ logLevel: 'off' });
      const module = await host.load('busy', { baseDir, isolation, hangTimeoutMs: 25_000 });
      expect(await module.call({ ms: 6_000 })).toBe('done');
    });
  });

  test.each([500, undefined])('is ended after it, and told what to change: %p', async (hangTimeoutMs) => {
    await withFolder(async (baseDir) => {
      writeFiles(baseDir, BUSY);
      await using host = await createHost({ logLevel: 'off' });
      const module = await host.load('busy', {
        baseDir,
        isolation,
        ...(hangTimeoutMs === undefined ? {} : { hangTimeoutMs }),
      });
      const error = await errorOf(module.call({ ms: 60_000 }));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.message).toContain(`no sign of life for ${hangTimeoutMs ?? 5_000} ms (hangTimeoutMs)`);
    });
  });
});
