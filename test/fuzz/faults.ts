import { createHost, isPhlowError, type Module } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';

/** What came of the packages of one run. */
export interface FaultTotals {
  readonly packages: number;
  readonly answered: number;
  /** Rejections by code. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Packages that settled twice, never, or with something that fits neither their input nor a fault: must be empty. */
  readonly wrong: readonly string[];
  readonly restarts: number;
}

/** What a package may do to its module, with weights; `expect` lists the codes its own promise may end with. */
const ACTS: readonly { readonly act: string; readonly weight: number; readonly expect: readonly string[] }[] =
  [
    { act: 'echo', weight: 1000, expect: ['answered'] },
    { act: 'throw', weight: 20, expect: ['PHLOW_MODULE_ERROR'] },
    { act: 'throw-hostile', weight: 5, expect: ['PHLOW_MODULE_ERROR'] },
    { act: 'function', weight: 5, expect: ['PHLOW_REPLY_UNCLONABLE'] },
    { act: 'unsendable', weight: 5, expect: ['PHLOW_INPUT_UNCLONABLE'] },
    { act: 'cancel', weight: 10, expect: ['PHLOW_CALL_CANCELLED'] },
    { act: 'deadline', weight: 3, expect: ['PHLOW_CALL_TIMED_OUT', 'PHLOW_MODULE_HUNG'] },
    { act: 'exit', weight: 2, expect: [] },
    { act: 'uncaught', weight: 2, expect: [] },
    { act: 'rejection', weight: 1, expect: [] },
    { act: 'hang', weight: 0.2, expect: ['PHLOW_MODULE_HUNG', 'PHLOW_CALL_TIMED_OUT'] },
    { act: 'oom', weight: 0.2, expect: [] },
  ];
/** Whatever a package wanted, its module may die under it, or be down for good, or be full. */
const ALWAYS = ['PHLOW_MODULE_CRASHED', 'PHLOW_MODULE_HUNG', 'PHLOW_MODULE_DOWN', 'PHLOW_MODULE_BUSY'];

/**
 * Sends `packages` packages, in waves of random width, to a module that dies, throws, hangs and runs out of memory at random under them, and
 * checks that each settles exactly once with a right outcome.
 */
export async function injectFaults(packages: number, seed: number): Promise<FaultTotals> {
  const random = mulberry32(seed);
  const rejected: Record<string, number> = {};
  const wrong: string[] = [];
  let answered = 0;
  let sent = 0;
  let restarts = 0;
  await using host = await createHost({ logLevel: 'off' });
  void (async () => {
    for await (const event of host.events()) if (event.type === 'restarting') restarts++;
  })();
  const module = await host.load(fixtureModule('crasher'), {
    restart: { maxRestarts: Infinity, backoffMs: 0, jitter: 0 },
    maxInFlight: 200,
    whenFull: 'wait',
    maxHeapMb: 48,
    hangTimeoutMs: 0,
  });

  const sendOne = async (n: number): Promise<void> => {
    const { act, expect } = choose(random());
    const outcome = await settle(module, act, n);
    if (outcome === 'answered') answered++;
    else rejected[outcome] = (rejected[outcome] ?? 0) + 1;
    const isRight = expect.includes(outcome) || ALWAYS.includes(outcome);
    if (!isRight) wrong.push(`package ${n} (${act}) ended with ${outcome}`);
  };

  while (sent < packages) {
    const width = Math.min(packages - sent, 1 + Math.floor(random() * 300));
    const wave = Array.from({ length: width }, (_, i) => sendOne(sent + i));
    sent += width;
    await Promise.all(wave);
  }
  return { packages: sent, answered, rejected, wrong, restarts };
}

/** Runs one package and says how it ended. A promise cannot settle twice, but a reply could reach the wrong one: the value is checked. */
async function settle(module: Module, act: string, n: number): Promise<string> {
  try {
    switch (act) {
      case 'echo':
        return (await module.call({ do: 'echo', value: n })) === n
          ? 'answered'
          : 'a reply of another package';
      case 'unsendable':
        await module.call({ do: 'echo', value: (() => n) as never });
        return 'answered';
      case 'cancel': {
        const controller = new AbortController();
        const call = module.call({ do: 'never' }, { signal: controller.signal });
        queueMicrotask(() => controller.abort());
        await call;
        return 'answered';
      }
      case 'deadline':
        await module.call({ do: 'never' }, { timeoutMs: 5 });
        return 'answered';
      case 'hang':
        await module.call({ do: 'spin' }, { timeoutMs: 20 });
        return 'answered';
      default:
        await module.call({ do: act });
        return 'answered';
    }
  } catch (error) {
    return isPhlowError(error) ? error.code : `an error without code: ${String(error)}`;
  }
}

function choose(at: number): (typeof ACTS)[number] {
  let left = at * ACTS.reduce((sum, { weight }) => sum + weight, 0);
  for (const act of ACTS) {
    left -= act.weight;
    if (left < 0) return act;
  }
  return ACTS[0]!;
}

/** A small seeded generator, so that a run can be repeated. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
