import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isResponsive } from '../../src/host/waiting.js';

const GRACE_MS = 100;

/** Keeps this thread from reading anything. */
function standStill(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('whether the event loop of a module turns', () => {
  let worker: Worker;
  beforeAll(async () => {
    const code =
      "const { parentPort } = require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage(m));";
    worker = new Worker(code, { eval: true });
    await once(worker, 'online');
  });
  afterAll(() => worker.terminate());

  const thread = {
    threadId: undefined,
    ping: async (): Promise<true> => {
      const answer = once(worker, 'message');
      worker.postMessage('ping');
      await answer;
      return true;
    },
    terminate: async (): Promise<void> => undefined,
  };

  test('is heard though this thread has stood still for longer than the grace', async () => {
    for (let times = 0; times < 5; times++) {
      // After it the timers are called, and then what has come is read.
      await new Promise(setImmediate);
      const verdict = isResponsive(thread, GRACE_MS);
      standStill(2 * GRACE_MS);
      expect(await verdict).toBe(true);
    }
  });

  test('is heard though this thread stands still time and again', async () => {
    let isOver = false;
    const stand = (): void => {
      if (isOver) return;
      standStill(2 * GRACE_MS);
      setImmediate(stand);
    };
    await new Promise(setImmediate);
    const verdict = isResponsive(thread, GRACE_MS);
    stand();
    expect(await verdict).toBe(true);
    isOver = true;
  });

  test('is denied where no answer comes, or a refusal', async () => {
    const mute = { ...thread, ping: () => new Promise<true>(() => undefined) };
    const refuses = { ...thread, ping: () => Promise.reject(new Error('it has no port')) };
    expect(await isResponsive(mute, GRACE_MS)).toBe(false);
    expect(await isResponsive(mute, 0)).toBe(false);
    expect(await isResponsive(refuses, GRACE_MS)).toBe(false);
  });

  test('is not denied for the time in which what it has sent waits to be read', async () => {
    let asked = 0;
    let answer = (): void => undefined;
    const unread = {
      ping: () => new Promise<true>((resolve) => (answer = () => resolve(true))),
      isBehind: (): boolean => {
        asked++;
        // Read at last, much later than the grace.
        if (asked === 6) setImmediate(answer);
        return asked < 6;
      },
    };
    expect(await isResponsive(unread, GRACE_MS)).toBe(true);
    expect(asked).toBeGreaterThanOrEqual(6);
  });

  test('is denied when all that it has sent has been read, and no answer was among that', async () => {
    let looks = 0;
    const unread = { ping: () => new Promise<true>(() => undefined), isBehind: () => ++looks < 30 };
    expect(await isResponsive(unread, GRACE_MS)).toBe(false);
    expect(looks).toBeGreaterThanOrEqual(30);
  });

  test('is denied in the end whatever the fractions of the time that it waits for a core', async () => {
    for (const coreWaitMs of [0.345678, 1 / 3, 17.123456789]) {
      let asked = 0;
      const mute = {
        ping: () => new Promise<true>(() => undefined),
        coreWaitMs: () => asked++ && coreWaitMs,
      };
      expect(await isResponsive(mute, GRACE_MS)).toBe(false);
      expect(asked).toBeLessThan(10);
    }
  });

  test('is not denied for the time in which it waits for a core', async () => {
    let asked = 0;
    const starved = {
      ping: () => new Promise<true>((resolve) => (answer = () => resolve(true))),
      // It has had no core at all until it was asked five times; the wait is added once it ends.
      coreWaitMs: (): number => {
        asked++;
        if (asked === 5) answer();
        return asked < 4 ? 1_000 : 1_000 + 2 * GRACE_MS;
      },
    };
    let answer = (): void => undefined;
    expect(await isResponsive(starved, 2 * GRACE_MS)).toBe(true);
    expect(asked).toBe(5);
  });

  test('is denied in the end where it waits for a core for ever', async () => {
    let waitedMs = 0;
    const starved = {
      ping: () => new Promise<true>(() => undefined),
      coreWaitMs: () => (waitedMs += GRACE_MS),
    };
    expect(await isResponsive(starved, GRACE_MS)).toBe(false);
    // Once before, and once in each half of ten graces.
    expect(waitedMs / GRACE_MS).toBe(1 + 20);
  });
});
