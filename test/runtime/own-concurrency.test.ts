import { describe, expect, test } from '@jest/globals';
import { Cancellation } from '../../src/flow/engine/cancellation.js';
import { PhlowError } from '../../src/errors.js';
import { openFlow } from '../../src/runtime/flow.js';
import { FairQueue } from '../../src/runtime/fair-queue.js';
import { Deferred } from '../../src/wire/deferred.js';
import { errorOf } from '../support/with-host.js';

const QUIET = { log: () => undefined, envs: {} };

describe('a flow waits for what it has started itself', () => {
  test.each([1_001, 5_000])('for_each with at_once: %d', async (n) => {
    const text = `
modules: [{ module: echo }]
steps:
  - for_each:
      in: main
      at_once: ${n}
      steps:
        - echo: item
`;
    await using flow = await openFlow({ text }, QUIET);
    const main = Array.from({ length: n }, (_, i) => i);
    expect(await flow.run({ main })).toEqual(main);
  });

  test('thousands of runs at once', async () => {
    const text = 'modules: [{ module: echo }]\nsteps:\n  - echo: main\n';
    await using flow = await openFlow({ text }, { ...QUIET, concurrency: 2_500 });
    const runs = Array.from({ length: 2_500 }, (_, main) => flow.run({ main }));
    expect(await Promise.all(runs)).toEqual(runs.map((_, i) => i));
  });
});

/** Work that ends when the test says so. */
function held(order: string[], name: string): { readonly work: () => Promise<string>; end(): void } {
  const done = new Deferred<string>();
  return {
    work: () => {
      order.push(name);
      return done.promise;
    },
    end: () => done.resolve(name),
  };
}

describe('a fair queue', () => {
  test('lets runs take turns, however much one of them has to do', async () => {
    const order: string[] = [];
    const queue = new FairQueue('call', 1, 100);
    const jobs = [
      [1, 'a1'],
      [1, 'a2'],
      [1, 'a3'],
      [2, 'b1'],
      [2, 'b2'],
      [3, 'c1'],
    ] as const;
    const all = jobs.map(([run, name]) => {
      const job = held(order, name);
      return { job, done: queue.run(run, undefined, job.work) };
    });
    for (let i = 0; i < all.length; i++) {
      const [name] = order.slice(-1);
      all.find((_, at) => jobs[at]?.[1] === name)?.job.end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await Promise.all(all.map(({ done }) => done))).toEqual(jobs.map(([, name]) => name));
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  });

  test('lets go of what is cancelled while it waits, and hands on a place of work that failed', async () => {
    const order: string[] = [];
    const queue = new FairQueue('call', 1, 100);
    const fails = new Deferred<never>();
    const first = errorOf(queue.run(1, undefined, () => fails.promise));
    const cancellation = new Cancellation();
    const cancelled = errorOf(queue.run(1, cancellation, held(order, 'cancelled').work));
    const last = held(order, 'last');
    const done = queue.run(1, undefined, last.work);
    expect(queue.waiting).toBe(2);
    cancellation.cancel(new PhlowError('PHLOW_FLOW_CANCELLED', 'enough'));
    expect(await cancelled).toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
    fails.reject(new Error('failed'));
    expect((await first).message).toBe('failed');
    last.end();
    expect(await done).toBe('last');
    expect(order).toEqual(['last']);
    expect(queue.waiting).toBe(0);
  });

  test('is bounded', async () => {
    const queue = new FairQueue('call module "m"', 1, 1);
    const job = held([], 'job');
    const both = [queue.run(1, undefined, job.work), queue.run(1, undefined, () => Promise.resolve('next'))];
    const refused = await errorOf(queue.run(2, undefined, job.work));
    expect(refused).toMatchObject({ code: 'PHLOW_MODULE_BUSY' });
    expect(refused.message).toMatch(
      /Cannot call module "m": 1 calls are in progress and 1 are already waiting/,
    );
    job.end();
    expect(await Promise.all(both)).toEqual(['job', 'next']);
  });
});
