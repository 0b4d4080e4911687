import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { buildModule, PHLOW_FOLDER } from '../../src/index.js';
import { messageOf } from '../../src/errors.js';
import { openCacheRunner } from '../conformance/cache-runner.js';
import { withFolder } from '../support/temporary-folder.js';

const ENTRY = join(PHLOW_FOLDER, 'workers/modules/cache/guest.ts');
const VECTORS = parse(
  readFileSync(join(PHLOW_FOLDER, 'test/conformance/vectors/cache.yaml'), 'utf8'),
) as Record<string, unknown>[];

describe('the cache as phlow build has bundled it', () => {
  test.each(['trusted', 'isolated'] as const)(
    'answers each vector at %s as the one that ships',
    (isolation) =>
      withFolder(async (folder) => {
        const built = await buildModule('cache', { entry: ENTRY, allowOutside: true, outDir: folder });
        expect(built.compartmentProblem).toBeUndefined();
        const runner = await openCacheRunner({ module: built.folder, isolation });
        const failures: string[] = [];
        try {
          for (const [index, vector] of VECTORS.entries())
            await runner
              .check(vector)
              .catch((error: unknown) =>
                failures.push(`${runner.nameOf(vector, index)}: ${messageOf(error)}`),
              );
        } finally {
          await runner.close?.();
        }
        expect(failures).toEqual([]);
        expect(VECTORS.length).toBeGreaterThan(50);
      }),
    120_000,
  );
});
