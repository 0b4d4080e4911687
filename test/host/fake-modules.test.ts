import { describe, expect, test } from '@jest/globals';
import { PhlowError } from '../../src/index.js';
import {
  withModule,
  type FakeModules,
  type TestedModule,
  type TestModuleOptions,
} from '../../src/testing.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** Calls the module that it is asked to call; an error comes back as its code, or else its message. */
const RELAY = `
export default async ({ input: { to, input } }, context) => {
  try {
    return await context.module(to).call(input);
  } catch (error) {
    return { code: error.code, message: error.message };
  }
};
`;

function withRelay(
  fakes: FakeModules,
  use: (tested: TestedModule) => Promise<void>,
  options: TestModuleOptions = {},
): Promise<void> {
  return withFolder(async (folder) => {
    const manifest = 'name: relay\npermissions: { modules: [rates, echo] }\n';
    writeFiles(folder, { 'phlow.yaml': manifest, 'index.mjs': RELAY });
    await withModule(folder, { fakes, ...options }, use);
  });
}

describe('a fake', () => {
  test.each(['inline', 'trusted', 'isolated'] as const)('answers for a module at %s', (isolation) =>
    withRelay(
      { rates: async (input) => ({ asked: input }) },
      async ({ call }) => {
        expect(await call({ to: 'rates', input: { currency: 'EUR' } })).toEqual({
          asked: { currency: 'EUR' },
        });
      },
      { isolation, grant: { modules: ['rates', 'echo'] } },
    ),
  );

  test('fails as a module whose handler throws, or with the code that the test wants', () => {
    const answers = [new TypeError('no such currency'), new PhlowError('PHLOW_MODULE_DOWN', 'rates is down')];
    const rates = (): never => {
      throw answers.shift() ?? new Error('called too often');
    };
    return withRelay({ rates }, async ({ call }) => {
      expect([await call({ to: 'rates' }), await call({ to: 'rates' })]).toEqual([
        { code: 'PHLOW_MODULE_ERROR', message: 'Module "rates" failed: TypeError: no such currency' },
        { code: 'PHLOW_MODULE_DOWN', message: 'rates is down' },
      ]);
    });
  });

  test('replies with plain data, as a module does', () =>
    withRelay({ rates: () => () => 1 }, async ({ call }) => {
      expect(await call({ to: 'rates' })).toMatchObject({ code: 'PHLOW_REPLY_UNCLONABLE' });
    }));

  test('that does not answer is given up at the deadline of the call', () =>
    withRelay({ rates: () => new Promise(() => undefined) }, async ({ call }) => {
      const outcome = await call({ to: 'rates' }, { timeoutMs: 20 }).catch((error: unknown) => error);
      expect(outcome).toMatchObject({ code: 'PHLOW_CALL_TIMED_OUT' });
    }));

  test('stands in for its own name only', () =>
    withRelay({ rates: () => 1 }, async ({ call, host }) => {
      expect(await call({ to: 'echo' })).toMatchObject({ code: 'PHLOW_NAME_UNKNOWN' });
      await host.load('echo');
      expect(await call({ to: 'echo', input: 'real' })).toBe('real');
    }));

  test('gives no permission: what the manifest does not ask for is denied, and the grant is asked for', () =>
    withRelay({ rates: () => 1 }, async ({ call, module, host }) => {
      expect(await call({ to: 'other' })).toMatchObject({ code: 'PHLOW_PERMISSION_DENIED' });
      const again = host.load(module.manifest.file.replace(/phlow\.yaml$/, ''), { name: 'again', grant: {} });
      expect((await errorOf(again)).code).toBe('PHLOW_GRANT_MISSING');
    }));

  test('of a module that is not called is a wrong name', async () => {
    const error = await errorOf(withRelay({ rate: () => 1 }, () => Promise.resolve()));
    expect(error.code).toBe('PHLOW_OPTION_INVALID');
    expect(error.message).toMatch(/names rates, echo\. Did you mean "rates"\?/);
  });
});
