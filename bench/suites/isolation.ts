import { createHost, type Host, type IsolationLevel, type Value } from '../../src/index.js';
import { closedLoops } from '../../src/measure/closed-loop.js';
import type { Peer } from '../../src/measure/peer.js';
import type { Case, Suite } from '../../src/measure/suite.js';
import { bareStart } from '../bare-start.js';
import { MEMORY_SETUP, memoryOf } from '../memory-of.js';
import { modulePath } from '../module-path.js';
import { smallCallsOnOneCore } from '../one-core.js';
import { startPipeEcho } from '../peers/pipe-echo.js';
import { startRaw } from '../peers/raw.js';
import { repeat } from '../repeat.js';

const LEVELS: readonly IsolationLevel[] = ['trusted', 'guarded', 'sandboxed', 'isolated'];
const SPARED: readonly IsolationLevel[] = ['sandboxed', 'isolated'];
const PLAIN = 'plain worker';

/** One package at a time shows how long a caller waits; 64 show how many a module answers. */
const WIDTHS: readonly number[] = [1, 64];

/** Time for the next warm guest to be made: it is to be warm when it is measured. */
const SPARE_MS = 150;

/** Rows of 7 kB as JSON text. */
const rows = (): Value =>
  Array.from({ length: 85 }, (_, id) => ({
    id,
    name: `row number ${id}`,
    tags: ['a', 'b', 'c'],
    isOpen: id % 2 === 0,
    total: id * 1.25,
  }));

/** As many values as are in flight: an object that stands twice in one message would be copied once, or travel apart. */
const PAYLOADS: readonly { readonly group: string; readonly values: readonly Value[] }[] = [
  { group: 'small call', values: [1] },
  { group: 'call of 7 kB', values: Array.from({ length: Math.max(...WIDTHS) }, rows) },
];

const SCOPE = {
  scope: 'isolation',
  about:
    'the isolation levels beside a plain worker: start with and without a warm guest, calls small and of 7 kB, idle memory',
} as const;

/** What each level costs to start, with and without a guest that waits. */
const starts: Suite = {
  ...SCOPE,
  async open() {
    const cold = await createHost({ logLevel: 'off', warmPool: false });
    const warm = await createHost({ logLevel: 'off' });
    const group = 'first reply';
    return {
      cases: [
        bareStart(PLAIN, group),
        ...LEVELS.map((level) => start(cold, level, level, group)),
        ...SPARED.map((level) => start(warm, level, `${level}, warm guest`, group, SPARE_MS)),
      ],
      close: () => Promise.all([cold.close(), warm.close()]),
    };
  },
};

let loads = 0;

function start(host: Host, isolation: IsolationLevel, name: string, group: string, restMs = 0): Case {
  return repeat({
    name,
    group,
    setup: 'host.load() and the first call, in a host that runs',
    once: async () => {
      const begun = performance.now();
      const module = await host.load(modulePath('echo-any'), { isolation, name: `start${loads++}` });
      await module.call(1);
      const ms = performance.now() - begun;
      await module.close();
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
      return { ms };
    },
  });
}

/** What each level costs per call: a plain worker with one message per call and one per reply is the floor. */
const calls: Suite = {
  ...SCOPE,
  async open() {
    const host = await createHost({ logLevel: 'off', warmPool: false });
    const peers: Peer[] = [{ ...(await startRaw()), name: PLAIN }, await startPipeEcho()];
    for (const level of LEVELS) peers.push(await levelPeer(host, level));
    const cases = peers.flatMap(({ name, setup, call }) =>
      PAYLOADS.flatMap(({ group, values }) =>
        closedLoops({
          name: `${name}: ${group}`,
          group,
          widths: WIDTHS,
          ...(setup === undefined ? {} : { setup }),
          isFloor: name === PLAIN,
          call: (sequence) => call(values[sequence % values.length]),
        }),
      ),
    );
    return { cases, close: () => Promise.all([...peers.map((peer) => peer.stop()), host.close()]) };
  },
};

async function levelPeer(host: Host, level: IsolationLevel): Promise<Peer> {
  const module = await host.load(modulePath('echo-any'), { isolation: level, name: level });
  return {
    name: level,
    call: (value) => module.call(value),
    stop: async () => {
      await module.close();
    },
  };
}

/** Small calls of each level beside those of the plain worker, in turns and on one core. These are the figures that the bars are about. */
const oneCore: Suite = {
  ...SCOPE,
  open() {
    const cases = LEVELS.map((level) =>
      repeat({
        name: `${level}: small call on one core`,
        group: 'small call, on one core',
        setup: '`toPlain`: the median time to that of the plain worker, in turns with it',
        once: async () => {
          const { plainUs, levelUs } = await smallCallsOnOneCore(level);
          return { ms: levelUs / 1_000, figures: { toPlain: levelUs / plainUs } };
        },
      }),
    );
    return Promise.resolve({ cases, close: () => Promise.resolve() });
  },
};

/** What each level holds while nobody calls. */
const memory: Suite = {
  ...SCOPE,
  open() {
    const group = 'idle memory';
    let plainBytes = NaN;
    const ofKind = (name: string, kind: 'bare' | IsolationLevel): Case =>
      repeat({
        name: `${name}: memory`,
        group,
        isFloor: kind === 'bare',
        setup: MEMORY_SETUP,
        once: async () => {
          const { ms, idleBytes } = await memoryOf(kind);
          if (kind === 'bare') plainBytes = idleBytes;
          // The plain worker is warmed up first, so there is always one to be compared with.
          return { ms, figures: { idleBytes, toPlain: idleBytes / plainBytes } };
        },
      });
    return Promise.resolve({
      cases: [ofKind(PLAIN, 'bare'), ...LEVELS.map((level) => ofKind(level, level))],
      close: () => Promise.resolve(),
    });
  },
};

/** One after the other: what is to be compared stands in one round, close in time. */
export const isolation: readonly Suite[] = [starts, calls, oneCore, memory];
