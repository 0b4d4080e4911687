import { describe, expect, test } from '@jest/globals';
import type { Host, Module } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const MIB = 1_048_576;

/** Holds four more MiB, about, with every package. */
const SOURCE = `
const MIB = 1_048_576;
const held = [];
let seed = 0;
const many = (make) => Array.from({ length: 1_024 }, make);
const KINDS = {
  strings: () => JSON.stringify(Array(512_000).fill(1e7 + seed++)),
  arrays: () => Array.from({ length: 512_000 }, (_, i) => i * seed++),
  closures: () => many(() => { const own = Array(512).fill(seed++); return () => own; }),
  promises: () =>
    many(() => {
      const own = Array(512).fill(seed++);
      const pending = new Promise(() => 0);
      pending.then(() => own);
      return pending;
    }),
  buffers: () => new ArrayBuffer(4 * MIB),
  resized: () => { const made = new ArrayBuffer(0, { maxByteLength: 4 * MIB }); made.resize(4 * MIB); return made; },
  'resized in steps': () => {
    const made = new ArrayBuffer(1, { maxByteLength: 4 * MIB });
    for (let length = 0; length <= 4 * MIB; length += 65_536) made.resize(length);
    return made;
  },
  transferred: () => {
    const made = new ArrayBuffer(0, { maxByteLength: 4 * MIB });
    made.resize(4 * MIB);
    return made.transfer();
  },
  cloned: () => structuredClone(new ArrayBuffer(4 * MIB)),
  'long keys': () =>
    Array.from({ length: 4 }, () => ({ [String(seed++).padEnd(MIB, '.')]: 1 })),
  'random bytes': () => Array.from({ length: 64 }, () => crypto.getRandomValues(new Uint8Array(65_536))),
  timers: () => { for (;;) setTimeout(() => 0, 1e8); },
  'timeouts of signals': () => { for (;;) held.push(AbortSignal.timeout(1e8)); },
};
export default async ({ input: { kind, times, isTouched, isDropped } }) => {
  for (let i = 0; i < times; i++) {
    const made = await KINDS[kind]();
    if (isTouched && made instanceof ArrayBuffer) new Uint8Array(made).fill(1);
    if (!isDropped) held.push(made);
  }
  return held.length;
};
`;
const MANIFEST = 'name: leak\npermissions:\n  crypto: [random]\n';

function withModule(
  isolation: 'sandboxed' | 'isolated',
  run: (module: Module, host: Host) => Promise<void>,
): Promise<void> {
  return withFolder((folder) =>
    withHost(async (host) => {
      writeFiles(folder, { 'phlow.yaml': MANIFEST, 'index.mjs': SOURCE });
      await run(
        await host.load(folder, { isolation, restart: 'never', grant: { crypto: ['random'] } }),
        host,
      );
    }),
  );
}

const BUFFERS = [
  'buffers',
  'resized',
  'resized in steps',
  'cloned',
  'random bytes',
  // Not in every version.
  ...('transfer' in ArrayBuffer.prototype ? ['transferred'] : []),
];
/** More than what may go meanwhile of what the start left over. */
const COUNTED = 30;
/** Beyond what a module of 64 MiB may hold in any container. */
const MAX_STEPS = 200;

/** The figure that the host has of what the module holds, as soon as it is what the test waits for. */
async function figureOf(host: Host, isReached: (bytes: number) => boolean): Promise<number> {
  for (;;) {
    const bytes = (await host.inspect()).modules[0]?.heapUsedBytes;
    if (bytes !== undefined && isReached(bytes)) return bytes;
    await new Promise(setImmediate);
  }
}

/** Has the module hold more until it is ended: beyond its limit it need not grow any more for that. */
async function leak(module: Module, kind: string): Promise<void> {
  for (let step = 0; ; step++) await module.call({ kind, times: step < MAX_STEPS ? 1 : 0 });
}

describe.each(['sandboxed', 'isolated'] as const)('memory at level %s', (isolation) => {
  test.each(BUFFERS)('is counted as %s take it, and once', (kind) =>
    withModule(isolation, async (module, host) => {
      const before = await figureOf(host, () => true);
      await module.call({ kind, times: COUNTED, isTouched: true });
      const after = await figureOf(host, (bytes) => bytes - before > 0.7 * COUNTED * 4 * MIB);
      expect(after - before).toBeLessThan(2 * COUNTED * 4 * MIB);
    }),
  );

  test.each([...BUFFERS, 'strings', 'arrays', 'closures', 'promises', 'long keys'])(
    'has a module end that holds a little more of it with each package: %s',
    (kind) =>
      withModule(isolation, async (module) => {
        const error = await errorOf(leak(module, kind));
        // A process may be refused memory by the kernel before the host has looked, in whatever call asks for it.
        if (isolation === 'isolated' && error.code === 'PHLOW_MODULE_ERROR')
          expect(error.message).toMatch(/allocation|memory/i);
        else expect(error.code).toBe('PHLOW_MODULE_CRASHED');
        if (isolation === 'sandboxed') expect(error.message).toMatch(/memory/);
      }),
  );

  // V8 has no hurry with these.
  test.each([1, 16])('does not count what is garbage: long keys, %s times a package', (times) =>
    withModule(isolation, async (module) => {
      for (let left = MAX_STEPS; left > 0; left -= times)
        expect(await module.call({ kind: 'long keys', times, isDropped: true })).toBe(0);
    }),
  );

  test.each(['timers', 'timeouts of signals'])('is bounded for %s by their number', (kind) =>
    withModule(isolation, async (module) => {
      const error = await errorOf(module.call({ kind, times: 1 }));
      expect(error.code).toBe('PHLOW_MODULE_ERROR');
      expect(error.message).toMatch(/the most that is granted/);
      expect(await module.call({ kind: 'buffers', times: 1 })).toBeGreaterThan(0);
    }),
  );
});
