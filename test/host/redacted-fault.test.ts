import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { checkedPair } from '../../src/host/executors/guest/host-checks.js';
import { toFault } from '../../src/wire/fault.js';
import { DOWN, tagOf } from '../../src/wire/protocol.js';
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
        // The same when that error ends a stream that it reads.
        const items = Readable.from([1, 2]).map(() => Promise.reject(own));
        const read = await caller.call<string>({ inputs: [], reads: true }, { items, timeoutMs: 20_000 });
        expect(read).toContain('PHLOW_MODULE_DOWN');
        expect(read).not.toContain('printed out');
        expect(read).not.toContain('"report"');
      }),
  );

  test.each(['capabilityFault', 'eventFault', 'end'] as const)(
    'is not told where the host keeps its files (%s)',
    (op) => {
      const fault = toFault(new Error('no', { cause: new Error('why') }));
      expect(fault.stack).toContain('redacted-fault.test');
      const [, reported] = checkedPair(tagOf(1, DOWN[op]), fault, undefined);
      expect(reported).toEqual({ ...fault, stack: undefined, cause: undefined });
    },
  );
});
