import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { builtInNames, flowCase, fuzzModule, testFlow, type FuzzOptions } from '../../src/index.js';
import { errorOf } from '../support/with-host.js';
import { withFolder } from '../support/temporary-folder.js';

const PLANTED = fileURLToPath(new URL('../../../test/fixtures/fuzzed/planted', import.meta.url));
const SECOND = 1_000;

const NO_STREAM = { type: 'object', properties: { stream: { const: false } } } as const;

/** What a test can wait for, and what does no harm: a sleep does what its input says, and so do files and requests. Streams are no replies of `output`. */
const LIMITS: Readonly<Record<string, FuzzOptions>> = {
  fs: { action: 'read' },
  http_request: {
    only: {
      type: 'object',
      properties: { url: { type: 'string', maxLength: 0 }, stream: { const: false } },
    },
  },
  // Bad input fails the step, as its contract says.
  jwt: { with: { secret: 'only for this test, and for no other use' }, allowErrors: true },
  // Without a server: what is looked at is that every input is refused or comes as far as the connection.
  postgres: { with: { host: '127.0.0.1', port: 1 }, allowErrors: true, only: NO_STREAM },
  sleep: {
    only: {
      type: 'object',
      properties: {
        milliseconds: { maximum: 2 },
        seconds: { maximum: 0.002 },
        minutes: { maximum: 0 },
        hours: { maximum: 0 },
      },
    },
  },
};

/** Main modules answer no packages. */
const MAINS: readonly string[] = ['cli', 'http_server', 'schedule'];

describe('fuzzing', () => {
  test.each(builtInNames().filter((name) => !MAINS.includes(name)))(
    '%s answers 500 inputs as its manifest says',
    async (name) => {
      const report = await fuzzModule(name, { seed: 20_261_201, ...LIMITS[name] });
      expect(report.failure).toBeUndefined();
      expect(report.inputs).toBeGreaterThanOrEqual(500);
      expect(report.valid).toBeGreaterThan(250);
      expect(report.answered + report.refused + report.declined + report.failed).toBe(report.inputs);
      // What the manifest does not allow never reaches a handler; the cache answers it as data.
      expect(report.refused + report.declined + report.failed).toBeGreaterThanOrEqual(
        report.inputs - report.valid,
      );
      for (const { inputs, valid } of report.actions) {
        expect(inputs).toBeGreaterThan(20);
        expect(valid).toBeGreaterThan(10);
      }
    },
    120 * SECOND,
  );

  test.each<[string, string, FuzzOptions, readonly unknown[]]>([
    ['narrow', 'reply', {}, [{ action: 'narrow', n: 901 }]],
    ['empty', 'crash', {}, [{ action: 'empty', text: '' }]],
    ['third', 'reply', {}, [{ action: 'third' }, { action: 'third' }, { action: 'third' }]],
    ['thrown', 'error', {}, [{ action: 'thrown', text: '"' }]],
    ['stuck', 'hang', { timeoutMs: 200 }, [{ action: 'stuck', items: ['a', 'a'] }]],
  ])(
    'finds the fault of %s, makes it small and writes a flow that fails',
    async (action, kind, options, smallest) => {
      const how = { ...options, action, seed: 5 };
      const report = await fuzzModule(PLANTED, how);
      const { failure } = report;
      expect(failure?.kind).toBe(kind);
      expect(failure?.calls.map(({ input }) => input)).toEqual(smallest);
      expect(failure?.calls.map(({ outcome }) => outcome)).toEqual([
        ...smallest.slice(1).map(() => 'answered'),
        undefined,
      ]);

      // The same place again, by seed and path.
      const again = await fuzzModule(PLANTED, { ...how, path: failure!.path });
      expect(again.failure?.calls).toEqual(failure?.calls);
      expect(again.failure?.kind).toBe(kind);

      await withFolder(async (folder) => {
        const file = join(folder, 'planted.fuzz.phlow');
        const text = flowCase(report, { ...how, module: PLANTED, file, command: 'phlow fuzz' });
        writeFileSync(file, text ?? '');
        const { total, failed, results } = await testFlow(file, { log: () => undefined });
        expect([total, failed]).toEqual([smallest.length, 1]);
        expect(results.map(({ passed }) => passed)).toEqual([...smallest.slice(1).map(() => true), false]);
      });
    },
    60 * SECOND,
  );

  test('of an action without a fault finds none, and refuses what the manifest does not allow', async () => {
    const report = await fuzzModule(PLANTED, { action: 'fine', runs: 100, seed: 1 });
    expect(report.failure).toBeUndefined();
    expect(report.actions.map(({ action }) => action)).toEqual(['fine']);
    expect(report.refused).toBe(report.inputs - report.valid);
    expect(report.refused).toBeGreaterThan(5);
  });

  test('takes an error for an answer where that is wished', async () => {
    const report = await fuzzModule(PLANTED, { action: 'thrown', runs: 150, seed: 5, allowErrors: true });
    expect(report.failure).toBeUndefined();
    expect(report.failed).toBeGreaterThan(0);
  });

  test('sends only what a further schema allows', async () => {
    const only = { properties: { n: { maximum: 900 } } };
    const report = await fuzzModule(PLANTED, { action: 'narrow', runs: 200, seed: 5, only });
    expect(report.failure).toBeUndefined();
    expect(report.valid).toBeGreaterThan(100);
  });

  test('makes the same inputs from the same seed', async () => {
    const one = await fuzzModule('echo', { runs: 60, seed: 9 });
    const other = await fuzzModule('echo', { runs: 60, seed: 9 });
    expect({ ...one, tookMs: 0 }).toEqual({ ...other, tookMs: 0 });
  });

  test.each(['sandboxed', 'isolated'] as const)('runs at %s', async (isolation) => {
    const report = await fuzzModule('cache', { isolation, runs: 60, seed: 4 });
    expect([report.level, report.failure]).toEqual([isolation, undefined]);
  });

  test('ends when it is given up', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    expect((await errorOf(fuzzModule('echo', { signal }))).message).toBe('enough');
  });

  test.each<[string, FuzzOptions, string]>([
    ['an action that is not there', { action: 'narow' }, 'Did you mean "narrow"?'],
    [
      'a schema that is none',
      { only: { typ: 'object' } },
      'Cannot read --only as a schema of inputs: the schema has',
    ],
  ])('refuses %s', async (_name, options, text) => {
    expect((await errorOf(fuzzModule(PLANTED, options))).message).toContain(text);
  });

  test('refuses a main module', async () => {
    const ticker = fileURLToPath(new URL('../../../test/fixtures/modules/ticker', import.meta.url));
    expect((await errorOf(fuzzModule(ticker))).code).toBe('PHLOW_NOT_CALLABLE');
  });
});
