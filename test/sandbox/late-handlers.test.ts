import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const MODULE = {
  'phlow.yaml': 'name: late',
  'index.js': `export default async (pkg) => {
    if (pkg.input === 'wait') return new Promise(() => undefined);
    const rejected = Promise.reject(new Error('handled late'));
    if (pkg.input === 'never') return 'left alone';
    for (let i = 0; i < pkg.input; i++) await null;
    return rejected.catch((error) => error.message);
  };`,
};

describe.each(['sandboxed', 'isolated'] as const)(
  'a promise that is rejected in a module at %s',
  (isolation) => {
    test('may get its handler some microtasks later; one that gets none ends the module', async () => {
      await withFolder((folder) =>
        withHost(async (host) => {
          writeFiles(folder, MODULE);
          const module = await host.load(folder, { isolation, restart: 'never' });
          for (const turns of [0, 1, 2, 20]) expect(await module.call(turns)).toBe('handled late');
          expect(await module.call('never')).toBe('left alone');
          const error = await errorOf(module.call('wait'));
          expect(error.message).toContain('handled late');
        }),
      );
    });
  },
);
