import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createHost, openFlow } from '../../src/index.js';
import { closedLoops } from '../../src/measure/closed-loop.js';
import type { Case, Suite } from '../../src/measure/suite.js';
import { modulePath } from '../module-path.js';
import { repeat } from '../repeat.js';
import type { Scaled } from '../scale-probe.js';
import { fill } from './cache/fill.js';
import { FIVE_CALLS } from './flow/five-calls.js';

const run = promisify(execFile);
const PROBE = fileURLToPath(new URL('../scale-probe.js', import.meta.url));
const SCOPE = {
  scope: 'scale',
  about:
    'how cost grows: modules in one host, bytes of a package, entries of a cache, runs of a flow at once',
} as const;

/** Sizes from small to large; a quick run leaves out the last one. */
const MODULES: readonly number[] = [1, 10, 100, 500];
const BYTES: readonly number[] = [1, 1_000, 64_000, 1_000_000, 16_000_000, 64_000_000];
const ENTRIES: readonly number[] = [1_000, 100_000, 1_000_000, 10_000_000];
const RUNS: readonly number[] = [1, 100, 1_000, 10_000];

const sizes = (all: readonly number[], isQuick: boolean): readonly number[] =>
  isQuick ? all.slice(0, -1) : all;

/** Modules in one host, each number of them in a process of its own; the time is what loading one took. */
const modules: Suite = {
  ...SCOPE,
  mostRounds: 3,
  open: ({ isQuick }) =>
    Promise.resolve({
      cases: sizes(MODULES, isQuick).map((count) =>
        repeat({
          name: `${count} modules`,
          size: count,
          group: 'modules in one host',
          setup: 'trusted, eight loads at once; 256 packages in flight over all of them',
          once: async () => {
            const { stdout } = await run(process.execPath, [PROBE, String(count)]);
            const { loadMs, ...figures } = JSON.parse(stdout) as Scaled;
            return { ms: loadMs / count, figures };
          },
        }),
      ),
      close: () => Promise.resolve(),
    }),
};

/** Bytes there and back, one package at a time. */
const packages: Suite = {
  ...SCOPE,
  async open({ isQuick }) {
    const host = await createHost({ logLevel: 'off' });
    const echo = await host.load(modulePath('echo-any'));
    const cases = sizes(BYTES, isQuick).flatMap((size) => {
      const bytes = new Uint8Array(size);
      return closedLoops({
        name: `${size} bytes`,
        size,
        group: 'bytes there and back',
        widths: [1],
        setup: 'a Uint8Array, copied',
        call: () => echo.call(bytes),
      });
    });
    return { cases, close: () => host.close() };
  },
};

/** Gets that hit, of caches of all sizes. */
const caches: Suite = {
  ...SCOPE,
  async open({ isQuick, note }) {
    const host = await createHost({ logLevel: 'off' });
    const cases: Case[] = [];
    for (const size of sizes(ENTRIES, isQuick)) {
      note(`scale: setting ${size} entries`);
      const cache = await host.load('cache', { name: `cache of ${size}`, with: { capacity: size } });
      await fill(cache, size, (i) => ({ key: `user:${i}`, value: i }));
      cases.push(
        ...closedLoops({
          name: `${size} entries`,
          size,
          group: 'gets that hit, one after the other through all keys',
          widths: [256],
          call: (n) => cache.call({ action: 'get', key: `user:${n % size}` }),
        }),
      );
    }
    return { cases, close: () => host.close() };
  },
};

/** Runs of a flow at once, each of five cache calls. */
const runs: Suite = {
  ...SCOPE,
  async open({ isQuick }) {
    const host = await createHost({ logLevel: 'off' });
    const options = { host, concurrency: Math.max(...RUNS), envs: {}, log: () => undefined };
    const flow = await openFlow({ text: FIVE_CALLS }, options);
    const cases = sizes(RUNS, isQuick).flatMap((size) =>
      closedLoops({
        name: 'flow of five cache calls',
        size,
        group: 'runs at once',
        widths: [size],
        call: (n) => flow.run({ main: n % 400 }),
      }),
    );
    return {
      cases,
      close: async () => {
        await flow.close();
        await host.close();
      },
    };
  },
};

/** One after the other: each needs the machine's memory for itself. */
export const scale: readonly Suite[] = [modules, packages, caches, runs];
