import { Worker } from 'node:worker_threads';
import { isPhlowError, type Host, type LoadOptions, type Module } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';

/** Does one thing of the way over and over; throws when it went otherwise than it should. */
export type Round = (index: number) => Promise<void>;

/** One way to live and to die. */
export interface Way {
  /** Rounds for each restart that was asked for. */
  readonly share: number;
  /** Rounds that run at the same time. */
  readonly lanes: number;
  open(host: Host, lane: number): Promise<Round>;
}

/** The way that the others are judged by: threads of Node itself, without phlow. */
export const CONTROL = 'plain workers';

const AGAIN = { restart: { maxRestarts: Infinity, backoffMs: 0, jitter: 0 } } as const satisfies LoadOptions;
const DEATHS = ['exit', 'uncaught', 'rejection'];
const PLAIN_WORKER = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', () => process.exit(3));
parentPort.postMessage('ready');
`;

/** Calls that time out, are cancelled or fail, in a module that lives on. */
function callsThatEndBadly(isolation: 'trusted' | 'isolated'): Way {
  return {
    share: 2,
    lanes: 8,
    async open(host, lane) {
      const name = `gives-up-${isolation}${lane}`;
      const module = await load(host, 'gives-up', { name, isolation, jail: 'off' });
      return async (index) => {
        const controller = new AbortController();
        const late = module.call({}, { timeoutMs: 1 + (index % 3) });
        const cancelled = module.call({}, { signal: controller.signal });
        const failed = fails(module.call({ do: 'throw' }), 'PHLOW_MODULE_ERROR');
        controller.abort();
        await Promise.all([
          failed,
          fails(late, 'PHLOW_CALL_TIMED_OUT'),
          fails(cancelled, 'PHLOW_CALL_CANCELLED'),
        ]);
      };
    },
  };
}

/** Every way, in the order of the report. */
export const WAYS: Readonly<Record<string, Way>> = {
  [CONTROL]: { share: 0.25, lanes: 4, open: () => Promise.resolve(plainWorker) },
  restarts: {
    share: 1,
    lanes: 4,
    async open(host, lane) {
      const module = await load(host, 'crasher', { name: `crasher${lane}`, ...AGAIN });
      return async (index) => {
        await fails(module.call({ do: DEATHS[index % 3] ?? 'exit' }), 'PHLOW_MODULE_CRASHED');
        await answers(module, { do: 'echo', value: index }, index);
      };
    },
  },
  'out of memory': {
    share: 0.005,
    lanes: 1,
    async open(host) {
      const module = await load(host, 'crasher', { ...AGAIN, maxHeapMb: 16 });
      return async (index) => {
        await fails(module.call({ do: 'oom' }), 'PHLOW_MODULE_CRASHED');
        await answers(module, { do: 'echo', value: index }, index);
      };
    },
  },
  'hangs, examined': {
    share: 0.02,
    lanes: 2,
    async open(host, lane) {
      const module = await load(host, 'crasher', { name: `crasher${lane}`, graceMs: 50, ...AGAIN });
      return async (index) => {
        await fails(module.call({ do: 'spin' }, { timeoutMs: 20 }), 'PHLOW_MODULE_HUNG');
        await answers(module, { do: 'echo', value: index }, index);
      };
    },
  },
  'late and cancelled calls': {
    share: 1,
    lanes: 8,
    async open(host, lane) {
      const module = await load(host, 'crasher', { name: `crasher${lane}` });
      return async (index) => {
        const controller = new AbortController();
        const late = module.call({ do: 'abortable' }, { timeoutMs: 1 + (index % 3) });
        const cancelled = module.call({ do: 'abortable' }, { signal: controller.signal });
        controller.abort();
        await Promise.all([fails(late, 'PHLOW_CALL_TIMED_OUT'), fails(cancelled, 'PHLOW_CALL_CANCELLED')]);
      };
    },
  },
  'calls given up or failed, trusted': callsThatEndBadly('trusted'),
  'calls given up or failed, isolated': callsThatEndBadly('isolated'),
  streams: {
    share: 0.5,
    lanes: 4,
    async open(host, lane) {
      const module = await load(host, 'streamer', { name: `streamer${lane}`, ...AGAIN });
      return async (index) => {
        for await (const item of module.stream({ do: 'count' })) if (index >= 0 && isThird(item)) break;
        await answers(module, { do: 'sum' }, 6, [1, 2, 3]);
        // Every tenth stream has its module die under it.
        if (index % 10 !== 0) return;
        const stream = module.stream({ do: 'count' });
        await stream.next();
        const died = fails(readAll(stream), 'PHLOW_MODULE_CRASHED');
        await Promise.all([died, fails(module.call({ do: 'exit' }), 'PHLOW_MODULE_CRASHED')]);
        await answers(module, { do: 'one' }, 1);
      };
    },
  },
  replicas: {
    share: 0.05,
    lanes: 2,
    async open(host, lane) {
      await host.load('echo', { name: `target${lane}` });
      const name = `stateless${lane}`;
      const module = await load(host, 'stateless', { name, replicas: 2, ...AGAIN });
      return async () => {
        await fails(module.call({ do: 'exit' }), 'PHLOW_MODULE_CRASHED');
        await module.call({ do: 'who' });
      };
    },
  },
  replace: {
    share: 0.05,
    lanes: 2,
    async open(host, lane) {
      const name = `versioned${lane}`;
      const module = await load(host, 'versioned', { name, with: { version: 0 } });
      return async (version) => {
        await host.replace(name, { with: { version } });
        await answers(module, {}, version);
      };
    },
  },
  'replace, refused': {
    share: 0.05,
    lanes: 2,
    async open(host, lane) {
      const name = `versioned${lane}`;
      const module = await load(host, 'versioned', { name, with: { version: 0 } });
      const check = (): Promise<never> => Promise.reject(new Error('not good enough'));
      return async (version) => {
        await fails(host.replace(name, { with: { version }, check }), 'PHLOW_LOAD_FAILED');
        await answers(module, {}, 0);
      };
    },
  },
  'load and close': {
    share: 0.05,
    lanes: 2,
    open: (host, lane) =>
      Promise.resolve(async (index) => {
        const module = await load(host, 'crasher', { name: `crasher${lane}` });
        await answers(module, { do: 'echo', value: index }, index);
        await module.close();
      }),
  },
  'loads that fail': {
    share: 0.05,
    lanes: 2,
    open: (host, lane) =>
      Promise.resolve(() =>
        fails(load(host, 'throws-at-load', { name: `broken${lane}` }), 'PHLOW_LOAD_FAILED'),
      ),
  },
  'sandboxed restarts': { share: 0.03, lanes: 2, open: guestRestarts('sandboxed') },
  'isolated restarts': { share: 0.03, lanes: 2, open: guestRestarts('isolated') },
};

/** The way of this name. */
export function wayOf(name: string): Way {
  const way = Object.hasOwn(WAYS, name) ? WAYS[name] : undefined;
  if (way === undefined) throw new Error(`there is no way "${name}"; known: ${Object.keys(WAYS).join(', ')}`);
  return way;
}

function guestRestarts(isolation: 'sandboxed' | 'isolated'): Way['open'] {
  return async (host, lane) => {
    const grant = { fs: { read: ['./data'] } };
    const module = await load(host, 'several', { name: `several${lane}`, isolation, grant, ...AGAIN });
    return async (index) => {
      await fails(module.call({ do: 'late-throw' }), 'PHLOW_MODULE_CRASHED');
      await answers(module, { do: 'echo', value: index }, index);
    };
  };
}

function load(host: Host, fixture: string, options: LoadOptions): Promise<Module> {
  return host.load(fixtureModule(fixture), options);
}

function plainWorker(): Promise<void> {
  const worker = new Worker(PLAIN_WORKER, { eval: true, stdout: true, stderr: true });
  worker.once('message', () => worker.postMessage('die'));
  return new Promise((resolve) => worker.once('exit', () => resolve()));
}

async function fails(work: Promise<unknown>, code: string): Promise<void> {
  const found = await work.then(
    () => 'no error',
    (error: unknown) => (isPhlowError(error) ? error.code : String(error)),
  );
  if (found !== code) throw new Error(`expected ${code}, got ${found}`);
}

async function answers(
  module: Module,
  input: Parameters<Module['call']>[0],
  reply: number,
  items?: readonly number[],
): Promise<void> {
  const found = await module.call(input, items === undefined ? undefined : { items });
  if (found !== reply) throw new Error(`${module.name} replied ${JSON.stringify(found)} instead of ${reply}`);
}

async function readAll(stream: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const item of stream) if (item !== undefined) count++;
  return count;
}

function isThird(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'i' in item && item.i === 2;
}
