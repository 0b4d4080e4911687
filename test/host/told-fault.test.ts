import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

describe('a module that hears of the failure of another', () => {
  test.each(['trusted', 'isolated'] as const)(
    'is told why, and nothing of the log, the packages or the variables of the other (%s)',
    (isolation) =>
      withHost(async (host) => {
        const target = await host.load(fixtureModule('crasher'), { name: 'target', restart: 'never' });
        const caller = await host.load(fixtureModule('overhears'), {
          isolation,
          grant: { modules: ['target'] },
        });
        await target.call({ do: 'print' });
        const inputs = [{ do: 'exit' }, { do: 'echo', value: 1 }];
        const heard = await caller.call<string>({ inputs }, { timeoutMs: 20_000 });
        // The owner is told all of it.
        const own = await errorOf(target.call({ do: 'echo' }));
        expect(JSON.stringify(own.details)).toContain('printed out');
        expect(heard).toContain('PHLOW_MODULE_CRASHED');
        expect(heard).toContain('PHLOW_MODULE_DOWN');
        expect(heard).not.toContain('printed out');
        expect(heard).not.toContain('"report"');
      }),
  );
});
