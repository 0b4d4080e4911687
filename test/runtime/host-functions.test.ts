import { describe, expect, test } from '@jest/globals';
import { checkFlow, createHost, openFlow, type Host, type FunctionContext } from '../../src/index.js';
import { runFlow, testFlow, withModule } from '../../src/testing.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const FLOW = `modules:
  - module: price
steps:
  - use: price
    input: { sku: main.sku }
  - price: { sku: main.sku + "!" }
  - payload: payload + price(main.sku, 10)
`;

const functions = {
  price: {
    input: {
      type: 'object',
      properties: { sku: { type: 'string', required: true }, more: { type: 'number', default: 0 } },
    },
    handler: (input: unknown): number => {
      const { sku, more } = input as { sku: string; more: number };
      return sku.length + more;
    },
  },
};

const withFunctions = async <T>(use: (host: Host) => Promise<T>, given = functions): Promise<T> => {
  const host = await createHost({ logLevel: 'off', functions: given });
  try {
    return await use(host);
  } finally {
    await host.close();
  }
};

describe('a function of the application in a flow', () => {
  test('is used as a step, as the key of a step, and as a function of expressions', () =>
    withFunctions(async (host) => {
      const flow = await openFlow({ text: FLOW }, { host });
      expect(await flow.run({ main: { sku: 'pen' } })).toBe(4 + 13);
      await flow.close();
      // It is the host's: the flow has left it alone.
      expect(await host.module('price').call({ sku: 'ab' })).toBe(2);
    }));

  test("is there for a host of the flow's own, and for tests", async () => {
    expect((await runFlow({ text: FLOW }, { functions, main: { sku: 'ink!' } })).result).toBe(5 + 14);
    const text = `${FLOW}tests:\n  - main:\n      sku: a\n    assert_eq: 13\n`;
    expect(await testFlow({ text }, { functions })).toMatchObject({ passed: 1, failed: 0 });
  });

  test('knows which flow has called it, and is given up with the run', () => {
    const seen: unknown[] = [];
    const wait = (_: unknown, { caller, signal }: FunctionContext): Promise<void> => {
      seen.push(caller);
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve(void seen.push('aborted'))),
      );
    };
    return withFunctions(
      async (host) => {
        const text = 'modules: [{ module: wait }]\nsteps: [{ use: wait }]\n';
        const flow = await openFlow({ text }, { host });
        const error = await errorOf(flow.run({ timeoutMs: 50 }));
        expect(error.code).toBe('PHLOW_FLOW_TIMED_OUT');
        await flow.close();
        expect(seen).toEqual([{ kind: 'flow', name: 'flow' }, 'aborted']);
      },
      { wait } as never,
    );
  });

  test('is not loaded a second time by its name, and no package of a stranger is offered for it', () =>
    withFunctions(async (host) => {
      const error = await errorOf(host.load('price'));
      expect(error.code).toBe('PHLOW_MODULE_NOT_FOUND');
      expect(error.message).toContain('host.module("price")');
    }));

  test('without a handler is refused with what was found in its place', async () => {
    const error = await errorOf(createHost({ functions: { price: { handlr: () => 1 } } } as never));
    expect(error.code).toBe('PHLOW_OPTION_INVALID');
    expect(error.message).toMatch(/found handlr\. Did you mean "handler"\?/);
  });

  test('fails like a module: the step says so, with its place', () =>
    withFunctions(async (host) => {
      const flow = await openFlow({ text: FLOW }, { host });
      const error = await errorOf(flow.run({ main: { sku: 7 } }));
      expect(error.code).toBe('PHLOW_FLOW_STEP_FAILED');
      expect(error.cause).toMatchObject({ code: 'PHLOW_INPUT_INVALID' });
      await flow.close();
    }));

  test('is no missing module to checkFlow() with the host, which checks its inputs too', () =>
    withFunctions(async (host) => {
      expect(await checkFlow({ text: FLOW }, { host })).toEqual([]);
      const [only, ...more] = await checkFlow({ text: FLOW });
      expect(more).toEqual([]);
      expect(only).toMatchObject({ code: 'PHLOW_MODULE_NOT_FOUND', severity: 'error' });
      expect(only?.message).toContain(
        'a function of an application is known only where that application runs the flow',
      );
      const wrong = FLOW.replace('{ sku: main.sku + "!" }', '{ sku: 7 }');
      expect(await checkFlow({ text: wrong }, { host })).toMatchObject([
        { message: expect.stringContaining('sku') },
      ]);
    }));

  test.each([
    ['settings', 'modules: [{ module: price, with: { a: 1 } }]\nsteps: []\n', /takes no settings/],
    [
      'a version',
      'modules: [{ module: price, version: 1.2.3 }]\nsteps: []\n',
      /version 1\.2\.3 is asked for/,
    ],
  ])('with %s is refused where it is declared', (_, text, message) =>
    withFunctions(async (host) => {
      const error = await errorOf(openFlow({ text }, { host }));
      expect(error.message).toMatch(message);
      expect(error.place?.line).toBe(1);
    }),
  );

  test('cannot be the main of a flow', () =>
    withFunctions(async (host) => {
      const text = 'main: price\nmodules: [{ module: price }]\nsteps: []\n';
      expect((await errorOf(openFlow({ text }, { host, serve: true }))).message).toMatch(/starts no runs/);
    }));

  test('is not there for the flow of a package, which is granted nothing by being installed', () =>
    withFolder((folder) =>
      withFunctions(async (host) => {
        writeFiles(folder, {
          'phlow_packages/theirs/module.phlow':
            'modules: [{ module: price }]\nsteps: [{ price: { sku: a } }]\n',
        });
        const text = 'modules: [{ module: theirs }]\nsteps: [{ use: theirs }]\n';
        const error = await errorOf(openFlow({ text, baseDir: folder }, { host, packagesDir: folder }));
        expect(error.code).toBe('PHLOW_MODULE_NOT_FOUND');
        expect(error.message).toContain('theirs/price');
      }),
    ));

  test("is there for a script module of the owner's, and for modules of the flow that are granted it", () =>
    withFolder((folder) =>
      withFunctions(async (host) => {
        writeFiles(folder, {
          'script.phlow': 'modules: [{ module: price }]\nsteps: [{ price: { sku: main.text } }]\n',
          'asks/phlow.yaml': 'name: asks\npermissions: { modules: [price] }\n',
          'asks/index.js':
            "export default ({ input }, { module }) => module('price').call({ sku: input.text });",
          'asks/package.json': '{ "type": "module" }',
        });
        const text = [
          'modules:',
          '  - module: ./script',
          '  - module: ./asks',
          '    grant: { modules: [price] }',
          'steps:',
          '  - script: { text: main }',
          '  - asks: { text: main + payload }',
        ].join('\n');
        const flow = await openFlow({ text, baseDir: folder }, { host, packagesDir: folder });
        expect(await flow.run({ main: 'abc' })).toBe(4);
        await flow.close();
      }),
    ));

  test("functions and a host of the caller's do not go together", () =>
    withFunctions(async (host) => {
      const error = await errorOf(openFlow({ text: FLOW }, { host, functions }));
      expect(error).toMatchObject({ code: 'PHLOW_OPTION_INVALID', details: { option: 'functions' } });
    }));
});

test('withModule() takes functions for the module, and collects its events', () =>
  withFolder(async (folder) => {
    writeFiles(folder, {
      'phlow.yaml': 'name: shop\npermissions: { modules: [price] }\nevents: { sold: { type: integer } }\n',
      'index.js':
        "export default { start: ({ emit }) => { emit('sold', 0); }, handler: async ({ input }, { module, emit }) => { const sum = await module('price').call({ sku: input }); emit('sold', sum); return sum; } };",
      'package.json': '{ "type": "module" }',
    });
    await withModule(folder, { functions, grant: { modules: ['price'] } }, async ({ call, events }) => {
      expect(events).toEqual([{ type: 'sold', data: 0 }]);
      expect(await call('pen')).toBe(3);
      expect(events).toEqual([
        { type: 'sold', data: 0 },
        { type: 'sold', data: 3 },
      ]);
    });
  }));
