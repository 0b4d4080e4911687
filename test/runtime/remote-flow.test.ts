import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { createHost, openFlow, testFlow, type Flow, type Value } from '../../src/index.js';
import { limitsFor } from '../../src/sandbox/limits.js';
import { collectGarbage } from '../support/collect-garbage.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const LEVELS = ['isolated', 'sandboxed', 'guarded', 'trusted'] as const;

/** A package that is a flow: it includes a part of itself, calls a module with settings that it computes, keeps hold of values. */
const RATES = {
  'phlow_packages/rates/phlow.yaml':
    'name: rates\ninput:\n  type: object\n  properties: { amount: { type: number } }\n',
  'phlow_packages/rates/module.phlow': `modules:
  - module: echo
  - module: ./inner
    with: { factor: 2 * 5 }
steps:
  - payload: !phs main.amount + 1
    id: one
  - use: echo
    input: { n: steps.one }
  - log: !phs "seen " + payload.n
  - use: inner
    input: !phs payload.n
    payload: !phs [payload, setup, uuid("v5", "phlow.example").len(), envs.PATH ?? "none"]
tests:
  - main: { amount: 1 }
    mocks: { inner: { reply: 7 } }
    assert: !phs payload[0] == 7
  - main: { amount: 1 }
    assert_eq: [1, 2]
`,
  'phlow_packages/rates/label.phs': 'text',
  'phlow_packages/rates/inner/module.phlow': 'steps:\n  - payload: !phs main * setup.factor\n',
} as const;

const USE = (holding: string): string => `modules:
  - module: rates
    with: { currency: "EUR" }
${holding}steps:
  - use: rates
    input: { amount: main }
`;

describe('a flow that came with a package', () => {
  test.each(LEVELS)('runs as a module at %s', async (level) => {
    await withFolder(async (app) => {
      writeFiles(app, { ...RATES, 'main.phlow': USE(`    isolation: ${level}\n`) });
      await using host = await createHost({ logLevel: 'off' });
      await using flow = await openFlow(join(app, 'main.phlow'), { packagesDir: app, host });
      expect(host.module('rates').level).toBe(level);
      expect(await flow.run({ main: 3 })).toEqual([40, { currency: 'EUR' }, 36, 'none']);
      const both = await Promise.all([flow.run({ main: 1 }), flow.run({ main: 2 })]);
      expect(both.map((result) => (result as readonly Value[])[0])).toEqual([20, 30]);
    });
  });

  test('opened by itself runs at isolated, and its tests run there', async () => {
    await withFolder(async (app) => {
      writeFiles(app, RATES);
      await using host = await createHost({ logLevel: 'off' });
      const file = join(app, 'phlow_packages/rates');
      {
        await using flow = await openFlow(file, { packagesDir: app, host });
        expect(host.module('rates').level).toBe('isolated');
        expect(host.module('inner').level).toBe('isolated');
        expect(await flow.run({ main: { amount: 1 } })).toEqual([20, null, 36, 'none']);
      }
      const report = await testFlow(file, { packagesDir: app, host });
      expect(report.results.map(({ passed, message }) => [passed, message])).toEqual([
        [true, expect.stringContaining('Assertion passed')],
        [false, expect.stringContaining('Expected')],
      ]);
    });
  });
});

/** What a package's expressions may try; `main` says when. */
const HOSTILE = {
  'a loop without an end': 'let a = 0; while true { a += 1 }',
  'a pattern that takes for ever':
    'while true { "aaaaaaaaaaaaaaaaaaaaaaaaaaac".search("((a{1,50}){1,50})b"); }',
  'a list without an end': 'let a = []; let s = ""; while true { s += "xxxxxxxxxxxxxxxx"; a.push(s + "y"); }',
} as const;

const NEIGHBOUR = `modules:
  - module: p
    isolation: LEVEL
  - module: echo
steps:
  - assert: main == "other"
    then:
      - use: echo
        input: 5
      - return: payload
  - use: p
    input: main
`;

describe.each(['isolated', 'sandboxed'] as const)('a flow of a package at %s', (level) => {
  test.each(Object.entries(HOSTILE))('that computes %s holds up nobody', async (_what, code) => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'phlow_packages/p/module.phlow': `steps:\n  - assert: main == "fine"\n    then:\n      - return: 1\n  - payload: !phs |\n      ${code}\n`,
        'main.phlow': NEIGHBOUR.replace('LEVEL', level),
      });
      await using host = await createHost({ logLevel: 'off' });
      await using flow = await openFlow(join(app, 'main.phlow'), { packagesDir: app, host });
      expect(await flow.run({ main: 'fine' })).toBe(1);
      const stuck = errorOf(flow.run({ main: 'bad', timeoutMs: 1_000 }));
      // In the host's thread, nothing else would be answered before the loop ends.
      for (let n = 0; n < 20; n++) expect(await flow.run({ main: 'other' })).toBe(5);
      expect(['PHLOW_FLOW_TIMED_OUT', 'PHLOW_FLOW_STEP_FAILED']).toContain((await stuck).code);
      expect(await firstAnswer(flow)).toBe(1);
    });
  });
});

/** The first run that is not in flight when the module is ended; those after that wait for the next one. */
async function firstAnswer(flow: Flow): Promise<Value> {
  for (let n = 0; n < 5; n++) {
    const outcome = await flow.run({ main: 'fine' }).catch(() => undefined);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

describe('a package that is a flow', () => {
  test('is refused by a host alone, with what to do', async () => {
    await withFolder(async (app) => {
      writeFiles(app, RATES);
      await using host = await createHost({ logLevel: 'off' });
      const error = await errorOf(host.load('rates', { baseDir: app }));
      expect(error).toMatchObject({ code: 'PHLOW_ENTRY_MISSING' });
      expect(error.message).toContain('it is a flow (module.phlow), and host.load() loads only');
    });
  });
});

describe('what a package’s flow cannot do', () => {
  test.each([
    ['limits: { call: 20m }', 300_000],
    ['limits: { call: 2m }', 120_000],
    ['', 30_000],
  ])('goes on for longer than a call may take, opened by itself with %j', async (limits, callMs) => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'phlow_packages/p/phlow.yaml': `name: p\n${limits}\n`,
        'phlow_packages/p/module.phlow': 'steps:\n  - payload: main\n',
      });
      await using host = await createHost({ logLevel: 'off' });
      const load = jest.spyOn(host, 'load');
      await using flow = await openFlow(join(app, 'phlow_packages/p'), { packagesDir: app, host });
      expect(await flow.run({ main: 1 })).toBe(1);
      const options = load.mock.calls[0]?.[1];
      const asked = options?.program?.manifest.limits;
      if (asked === undefined) throw new Error('it runs in the thread of the host');
      expect(limitsFor(asked, options?.limits).callMs).toBe(callMs);
    });
  });

  test('is found by the place in its own file', async () => {
    await withFolder(async (app) => {
      const file = join(app, 'phlow_packages/p/module.phlow');
      writeFiles(app, { 'phlow_packages/p/module.phlow': 'steps:\n  - payload: !phs throw "no " + main\n' });
      writeFiles(app, { 'main.phlow': 'modules:\n  - module: p\nsteps:\n  - use: p\n    input: 1\n' });
      await using flow = await openFlow(join(app, 'main.phlow'), { packagesDir: app });
      const error = await errorOf(flow.run());
      expect(error.message).toContain('no 1');
      expect(error.place).toMatchObject({ file, line: 2 });
      expect(error.place?.frame).toContain('> 2 |   - payload: !phs throw "no " + main');
    });
  });

  test('is bounded by the memory that its manifest asks for and the owner allows', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'phlow_packages/p/phlow.yaml': 'name: p\nlimits: { memory: 64MiB }\n',
        'phlow_packages/p/module.phlow': 'steps:\n  - payload: main\n',
        'main.phlow':
          'modules:\n  - module: p\n    limits: { call: 5s }\nsteps:\n  - use: p\n    input: main\n',
      });
      await using host = await createHost({ logLevel: 'off' });
      await using flow = await openFlow(join(app, 'main.phlow'), { packagesDir: app, host });
      expect(host.module('p').manifest.limits.memoryBytes).toBe(64 * 1_048_576);
      expect(await flow.run({ main: 2 })).toBe(2);
    });
  });
});

describe('a run of a package’s flow', () => {
  test('leaves no more errors in the host’s memory than it can be told of', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'phlow_packages/p/module.phlow': `modules:
  - module: fail
  - module: alive
steps:
  - for_each:
      in: main
      steps:
        - fail: item
          on_error: { payload: error.code }
  - use: alive
`,
      });
      const errors: WeakRef<Error>[] = [];
      const fail = (): never => {
        const error = new Error('no');
        errors.push(new WeakRef(error));
        throw error;
      };
      const alive = async (): Promise<number> => {
        // What a WeakRef was made of in this turn is kept until the turn ends.
        await new Promise((resolve) => setImmediate(resolve));
        collectGarbage();
        return errors.filter((error) => error.deref() !== undefined).length;
      };
      await using flow = await openFlow(join(app, 'phlow_packages/p'), { modules: { fail, alive } });
      expect(await flow.run({ main: Array.from({ length: 500 }, (_, n) => n) })).toBeLessThan(100);
      expect(errors.length).toBe(500);
    });
  });
});
