import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { bundleCacheFolder } from '../../src/sandbox/bundle/bundle-cache.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

test('no test keeps a bundle in the cache of the user who runs it', () => {
  expect(bundleCacheFolder()).toEqual({ folder: expect.stringContaining('phlow-test-cache-') });
  expect(bundleCacheFolder()).not.toEqual({ folder: join(homedir(), '.cache', 'phlow') });
});

/** Scripts of package.json that load modules in a process of their own. */
test('nor does a script', () => {
  const scripts = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?:^|\/)(?:main|show)\.ts$/.test(name),
  );
  expect(scripts.length).toBeGreaterThan(10);
  for (const name of [...scripts.map((script) => join('test', script)), join('bench', 'index.ts')])
    expect([name, readFileSync(join(ROOT, name), 'utf8')]).toEqual([
      name,
      expect.stringMatching(/^useOwnCache\(\);$/m),
    ]);
});
