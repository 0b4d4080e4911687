import { describe, expect, test } from '@jest/globals';
import { createHost } from '../../src/index.js';
import { Deferred } from '../../src/wire/deferred.js';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** Calls itself as often as it is asked to, by a member taken out of its context; the last one may wait until it is given up. */
const CHAIN = `export default ({ input }, { module, log, signal }) => {
  if (input.left > 0) return module('chain').call({ ...input, left: input.left - 1 });
  if (!input.waits) return 'reached';
  log.info('waits');
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('given up')));
};
`;

describe.each(LEVELS)('packages from module to module at %s', (isolation) => {
  test('are counted each by itself: one that has come far does not stop one that has not', () =>
    withFolder(async (folder) => {
      writeFiles(folder, {
        'phlow.yaml': 'name: chain\npermissions: { modules: [chain] }\n',
        'index.js': CHAIN,
        'package.json': '{ "type": "module" }',
      });
      const waits = new Deferred<void>();
      await using host = await createHost({
        logLevel: 'info',
        log: ({ message }) => message === 'waits' && waits.resolve(),
      });
      const chain = await host.load(folder, {
        name: 'chain',
        isolation,
        jail: 'off',
        grant: { modules: ['chain'] },
      });
      const giveUp = new AbortController();
      const far = errorOf(chain.call({ left: 8, waits: true }, { signal: giveUp.signal }));
      await waits.promise;
      expect(await chain.call({ left: 8 })).toBe('reached');
      const tooFar = await errorOf(chain.call({ left: 9 }));
      expect(tooFar.message).toMatch(/passed through 8 modules already/);
      giveUp.abort();
      expect(await far).toMatchObject({ code: 'PHLOW_CALL_CANCELLED' });
    }));
});
