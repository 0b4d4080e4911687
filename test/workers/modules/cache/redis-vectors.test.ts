import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { messageOf } from '../../../../src/errors.js';
import { openCacheRunner } from '../../../conformance/cache-runner.js';
import { describeRedis, RedisServer } from '../../../support/redis-server.js';

const VECTORS = parse(
  readFileSync(
    fileURLToPath(new URL('../../../../../test/conformance/vectors/cache.yaml', import.meta.url)),
    'utf8',
  ),
) as Record<string, unknown>[];

/** Vectors that wait for the clock of the server do so together. */
const AT_ONCE = 12;

describeRedis('the cache on redis', () => {
  test('answers each vector as the one in memory', async () => {
    const server = await RedisServer.start();
    const runner = await openCacheRunner({ module: 'cache', store: server.url });
    const failures: string[] = [];
    const left = [...VECTORS.entries()];
    try {
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (let next = left.shift(); next !== undefined; next = left.shift()) {
            const [index, vector] = next;
            await runner
              .check(vector)
              .catch((error: unknown) =>
                failures.push(`${runner.nameOf(vector, index)}: ${messageOf(error)}`),
              );
          }
        }),
      );
    } finally {
      await runner.close?.();
      await server.stop();
    }
    expect(failures).toEqual([]);
    expect(VECTORS.length).toBeGreaterThan(50);
  }, 120_000);
});
