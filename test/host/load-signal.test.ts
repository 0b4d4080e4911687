import { mkdirSync, readdirSync, truncateSync } from 'node:fs';
import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createHost, type Host, type IsolationLevel } from '../../src/index.js';
import { GUARDED } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const REASON = new Error('somebody has closed the tab');
/** Never gets to the end of its own code. */
const STUCK = 'await new Promise(() => setInterval(() => undefined, 1_000));\nexport default () => 1;\n';
const SPINNING = 'for (;;);\nexport default () => 1;\n';

async function withApp(
  source: string,
  use: (app: string, host: Host, stop: AbortController) => Promise<void>,
): Promise<void> {
  await withFolder(async (app) => {
    writeFiles(join(app, 'phlow_packages/p'), { 'phlow.yaml': 'name: p\n', 'index.js': source });
    const host = await createHost({ logLevel: 'off', warmPool: false });
    try {
      await use(app, host, new AbortController());
    } finally {
      await host.close();
    }
  });
}

describe('the signal of a load', () => {
  test.each<[IsolationLevel, string]>([
    ['trusted', STUCK],
    ['trusted', SPINNING],
    ...GUARDED.map((level): [IsolationLevel, string] => [level, STUCK]),
    ['sandboxed', SPINNING],
    ['isolated', SPINNING],
  ])('ends the start of a module at %s: %j', (isolation, source) =>
    withApp(source, async (app, host, stop) => {
      const loading = errorOf(host.load('p', { baseDir: app, isolation, signal: stop.signal }));
      const bundles = isolation === 'sandboxed' || isolation === 'isolated';
      // By then it is on its way, wherever that is: each place on it has to end.
      for (let i = 0; i < (bundles ? 3 : 50); i++) await new Promise(setImmediate);
      stop.abort(REASON);
      const error = await loading;
      expect([error.code, error.cause]).toEqual(['PHLOW_LOAD_CANCELLED', REASON]);
      expect(error.message).toBe('Cannot load module "p": the caller gave up');
      expect(host.modules.size).toBe(0);
      expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
      // Its name is free again.
      writeFiles(join(app, 'phlow_packages/p'), { 'index.js': 'export default () => 2;\n' });
      const again = await host.load('p', { baseDir: app, isolation });
      expect(await again.call(null)).toBe(2);
    }),
  );

  test('ends the reading of its files, which leaves nothing in the cache', () =>
    withApp('export default () => 1;\n', async (app, host, stop) => {
      truncateSync(join(app, 'phlow_packages/p/index.js'), 0);
      writeFiles(join(app, 'phlow_packages/p'), { 'big.bin': '' });
      truncateSync(join(app, 'phlow_packages/p/big.bin'), 1_000 * 1_048_576);
      // A cache of its own: tests that run beside this one write into the one of all tests.
      const cache = join(app, 'cache');
      mkdirSync(cache, { mode: 0o700 });
      const shared = process.env['XDG_CACHE_HOME'];
      process.env['XDG_CACHE_HOME'] = cache;
      try {
        const loading = errorOf(
          host.load('p', { baseDir: app, isolation: 'sandboxed', signal: stop.signal }),
        );
        await new Promise(setImmediate);
        stop.abort(REASON);
        expect((await loading).code).toBe('PHLOW_LOAD_CANCELLED');
      } finally {
        process.env['XDG_CACHE_HOME'] = shared;
      }
      expect(readdirSync(cache, { recursive: true })).toEqual([]);
      expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    }));

  test('that has aborted before starts nothing', () =>
    withApp('export default () => 1;\n', async (app, host) => {
      const error = await errorOf(host.load('p', { baseDir: app, signal: AbortSignal.abort(REASON) }));
      expect([error.code, error.cause]).toEqual(['PHLOW_LOAD_CANCELLED', REASON]);
    }));

  test('is not listened to any more once the module is loaded', () =>
    withApp('export default () => 1;\n', async (app, host, stop) => {
      const module = await host.load('p', { baseDir: app, isolation: 'trusted', signal: stop.signal });
      expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
      stop.abort(REASON);
      expect(await module.call(null)).toBe(1);
      await host.replace('p');
      expect(await module.call(null)).toBe(1);
    }));

  test.each([null, 1, {}, new AbortController()])('is refused when it is none: %j', (signal) =>
    withApp('export default () => 1;\n', async (app, host) => {
      const options = { baseDir: app, signal: signal as never };
      expect((await errorOf(host.load('p', options))).code).toBe('PHLOW_OPTION_INVALID');
    }),
  );

  test('is refused when it cannot be listened to', () =>
    withApp('export default () => 1;\n', async (app, host) => {
      const signal = {
        aborted: false,
        reason: undefined,
        addEventListener: () => {
          throw new Error('no');
        },
        removeEventListener: () => undefined,
      };
      const error = await errorOf(host.load('p', { baseDir: app, signal }));
      expect([error.code, error.message]).toEqual([
        'PHLOW_OPTION_INVALID',
        'Cannot load module "p": its signal cannot be listened to (no); pass an AbortSignal',
      ]);
    }));
});

describe('the signal of a replacement', () => {
  test.each(['start', 'check'])('gives it up at its %s, and the old version goes on', (when) =>
    withApp('export default () => 1;\n', async (app, host, stop) => {
      const module = await host.load('p', { baseDir: app, isolation: 'trusted' });
      if (when === 'start') writeFiles(join(app, 'phlow_packages/p'), { 'index.js': STUCK });
      const replacing = errorOf(
        host.replace('p', {
          signal: stop.signal,
          check: () => {
            stop.abort(REASON);
            return new Promise(() => undefined);
          },
        }),
      );
      if (when === 'start') {
        for (let i = 0; i < 50; i++) await new Promise(setImmediate);
        stop.abort(REASON);
      }
      const error = await replacing;
      expect([error.code, error.cause]).toEqual(['PHLOW_LOAD_CANCELLED', REASON]);
      expect(error.message).toBe('Cannot replace module "p": the caller gave up');
      expect(await module.call(null)).toBe(1);
      expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
      writeFiles(join(app, 'phlow_packages/p'), { 'index.js': 'export default () => 2;\n' });
      await host.replace('p');
      expect(await module.call(null)).toBe(2);
    }),
  );
});
