import { execFileSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { followAbort } from '../src/follow-abort.js';
import { withFolder } from './support/temporary-folder.js';
import { writeFiles } from './support/write-files.js';

describe('following a signal', () => {
  test('500 followers are one listener, and none once they have left', () => {
    const { signal } = new AbortController();
    const stops = Array.from({ length: 500 }, () => followAbort(signal, () => undefined));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for (const stop of stops) stop();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('each is called once, in order; one that has left meanwhile is not', () => {
    const stop = new AbortController();
    const called: string[] = [];
    followAbort(stop.signal, () => {
      called.push('first');
      leave();
    });
    const leave = followAbort(stop.signal, () => called.push('left'));
    followAbort(stop.signal, () => called.push('last'));
    stop.abort();
    stop.signal.dispatchEvent(new Event('abort'));
    expect(called).toEqual(['first', 'last']);
  });

  test('one that comes after all others have left is followed again; leaving twice is leaving once', () => {
    const stop = new AbortController();
    let count = 0;
    const leave = followAbort(stop.signal, () => undefined);
    leave();
    followAbort(stop.signal, () => count++);
    leave();
    stop.abort();
    expect(count).toBe(1);
  });

  test('no signal is followed by nobody', () => {
    expect(followAbort(undefined, () => undefined)).not.toThrow();
  });
});

const INDEX = new URL('../src/index.js', import.meta.url).href;

const WAITER = `
export default async (pkg, context) => {
  const sleeps = Array.from({ length: 500 }, () => context.clock.sleep(1, context.signal));
  const many = Array.from({ length: 60 }, () => context.module('other').call({}));
  await Promise.all([...sleeps, ...many]);
  return process.emittedWarnings ?? null;
};
process.on('warning', ({ name }) => (process.emittedWarnings = name));
`;

test('500 loads, replaces, calls, flows and runs with one signal make Node warn of nothing', async () => {
  const warned = await withFolder((folder) => {
    writeFiles(folder, {
      'waiter/phlow.yaml': 'name: waiter\nconcurrency: 600\npermissions: { modules: [other] }\n',
      'waiter/index.mjs': WAITER,
      'flow.phlow': 'steps:\n  - return: !phs main\n',
      'main.mjs': `
        import { createHost, openFlow } from ${JSON.stringify(INDEX)};
        const warnings = [];
        process.on('warning', (warning) => warnings.push(warning.name));
        const { signal } = new AbortController();
        const all = (work) => Promise.all(Array.from({ length: 500 }, (_, i) => work(i)));
        const host = await createHost({ log: () => undefined });
        await all((i) => host.load('echo', { name: 'e' + i, isolation: 'inline', signal }));
        await all((i) => host.replace('e' + i, { signal }));
        const other = await host.load('echo', { name: 'other', isolation: 'inline' });
        const inside = [];
        for (const isolation of ['inline', 'trusted']) {
          const waiter = await host.load('./waiter', { name: isolation, isolation, grant: { modules: ['other'] } });
          inside.push(await waiter.call({}, { signal }));
        }
        await all(() => other.call({}, { signal }));
        const flow = await openFlow('flow.phlow', { host });
        await all((i) => flow.run({ main: i, signal }));
        await flow.close();
        await host.close();
        await new Promise((resolve) => setImmediate(resolve));
        console.log(JSON.stringify({ warnings, inside }));
      `,
    });
    return JSON.parse(
      execFileSync(process.execPath, ['main.mjs'], { cwd: folder, encoding: 'utf8' }),
    ) as unknown;
  });
  expect(warned).toEqual({ warnings: [], inside: [null, null] });
}, 60_000);

test('no other file listens to a signal of its own accord', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const listening = ['src', 'workers']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((name) => name.endsWith('.ts'))
    .filter((name) =>
      /addEventListener\(\s*'abort'|setMaxListeners/.test(readFileSync(join(root, name), 'utf8')),
    );
  expect(listening.map((name) => name.replaceAll('\\', '/')).sort()).toEqual([
    'src/flow/engine/cancellation.ts',
    'src/follow-abort.ts',
  ]);
});
