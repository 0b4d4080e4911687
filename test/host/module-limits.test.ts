import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { createHost, type LogLine } from '../../src/index.js';
import { NO_JAIL } from '../../src/sandbox/jail.js';
import { processCommand } from '../../src/host/executors/guest/process-command.js';
import { nodeFeatures } from '../../src/sandbox/node-features.js';
import { WALLED } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const MIB = 1_048_576;

const GLUTTON = `
const kept = [];
export default async ({ input }, context) => {
  if (input === 'heap') for (;;) { kept.push(Array.from({ length: 1e5 }, (_, i) => ({ i }))); await new Promise((r) => setTimeout(r, 1)); }
  if (input === 'cpu') for (;;) { for (let i = 0; i < 2e7; i++) kept[0] = i; await new Promise((r) => setTimeout(r, 1)); }
  if (input === 'log') for (let i = 0; i < 2_000; i++) context.log.info('x'.repeat(100));
  return 'done';
};`;

async function withGlutton<T>(limits: string, use: (folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    writeFiles(folder, { 'phlow.yaml': `name: glutton\nlimits: ${limits}\n`, 'index.mjs': GLUTTON });
    return use(folder);
  });
}

describe.each(WALLED)('the limits that a manifest asks for, at level %s', (isolation) => {
  test(
    'memory: a module that holds more is ended, and the host goes on',
    () =>
      withGlutton('{ memory: 64MiB }', async (folder) => {
        await using host = await createHost({ logLevel: 'off' });
        // On a busy machine collecting garbage alone may take longer than the time after which a module counts as hung.
        const module = await host.load(folder, { isolation, restart: 'never', hangTimeoutMs: 50_000 });
        expect((await errorOf(module.call('heap'))).code).toBe('PHLOW_MODULE_CRASHED');
        await host.load('echo');
        expect(await host.module('echo').call('alive')).toBe('alive');
      }),
    60_000,
  );
});

describe.each(['sandboxed', 'isolated'] as const)(
  'the limits that a manifest asks for, at level %s',
  (isolation) => {
    test('call: a package that is not answered in time ends the module', () =>
      withGlutton('{ call: 300ms }', async (folder) => {
        await using host = await createHost({ logLevel: 'off' });
        const module = await host.load(folder, { isolation, restart: 'never' });
        const error = await errorOf(module.call('cpu'));
        expect([error.code, error.message]).toEqual([
          'PHLOW_MODULE_HUNG',
          expect.stringContaining('within 300 ms'),
        ]);
      }));

    test(
      'cpu: a module that takes more of a core than it may is ended',
      () =>
        withGlutton('{ cpu: 100ms/s, call: 5m }', async (folder) => {
          await using host = await createHost({ logLevel: 'off' });
          const module = await host.load(folder, { isolation, restart: 'never' });
          const error = await errorOf(module.call('cpu'));
          expect([error.code, error.message]).toEqual([
            'PHLOW_MODULE_HUNG',
            expect.stringContaining('it may use 100'),
          ]);
        }),
      60_000,
    );

    test('log: lines beyond the rate are dropped and counted', () =>
      withGlutton('{ log: 10KiB/s }', async (folder) => {
        const lines: LogLine[] = [];
        await using host = await createHost({ logLevel: 'info', log: (line) => lines.push(line) });
        const module = await host.load(folder, { isolation });
        expect(await module.call('log')).toBe('done');
        await module.close();
        expect(lines.filter(({ message }) => message.startsWith('xxx')).length).toBeLessThan(400);
      }));
  },
);

describe('the limits of the kernel around an isolated module', () => {
  test('are those that its process really has', async () => {
    const { command, args } = processCommand(
      { jail: NO_JAIL, memoryBytes: 64 * MIB, lifetimeCpuSeconds: 77, wasm: false },
      '0',
      false,
    );
    // The shell that sets them, with something in the place of Node that tells them.
    const { stdout } = await promisify(execFile)(command, [
      ...args.slice(0, args.indexOf(process.execPath)),
      'cat',
      '/proc/self/limits',
    ]);
    const soft = (name: string): string | undefined => new RegExp(`^${name} +(\\S+)`, 'm').exec(stdout)?.[1];
    expect(soft('Max cpu time')).toBe('77');
    expect(soft('Max file size')).toBe('0');
    expect(soft('Max core file size')).toBe('0');
    expect(soft('Max open files')).toBe('64');
    expect(soft('Max data size')).toBe(String(2 * 64 * MIB + nodeFeatures().ownDataBytes));
    expect(args).toContain('--max-old-space-size=64');
  });
});
