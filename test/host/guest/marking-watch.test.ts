import { once } from 'node:events';
import { constants } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { MarkingWatch, type ObserveCollections } from '../../../src/host/executors/guest/marking-watch.js';

const { NODE_PERFORMANCE_GC_INCREMENTAL: START, NODE_PERFORMANCE_GC_MAJOR: END } = constants;
const NEVER_MS = 2 ** 30;

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Reports that are made by hand. */
function byHand(): { readonly observe: ObserveCollections; report(kind: number): void } {
  let heard: (kind: number | undefined) => void = () => undefined;
  const observe: ObserveCollections = (note) => {
    heard = note;
    return () => undefined;
  };
  return { observe, report: (kind) => heard(kind) };
}

/** A watch that waits for the end of a marking. */
async function waiting(): Promise<{
  readonly watch: MarkingWatch;
  readonly ended: Promise<void>;
  report(kind: number): void;
}> {
  const { observe, report } = byHand();
  const watch = new MarkingWatch(observe, NEVER_MS);
  watch.use();
  report(START);
  const ended = watch.ended();
  for (let i = 0; i < 3; i++) await nextTurn();
  return { watch, ended, report };
}

describe('the watch over the marking of the heap', () => {
  test('waits for the end of marking that was reported, also while it waits two turns', async () => {
    const { observe, report } = byHand();
    const watch = new MarkingWatch(observe, NEVER_MS);
    watch.use();
    const found: string[] = [];
    const ended = watch.ended().then(() => found.push('ended'));
    await nextTurn();
    expect(found).toEqual([]);
    report(START);
    for (let i = 0; i < 5; i++) await nextTurn();
    expect(found).toEqual([]);
    expect(watch.isMarking).toBe(true);
    report(END);
    await ended;
    expect(watch.isMarking).toBe(false);
  });

  test('does not wait for ever where nothing is reported', async () => {
    const watch = new MarkingWatch(byHand().observe, NEVER_MS);
    watch.use();
    const found: string[] = [];
    const turns = nextTurn().then(() => found.push('first turn'));
    const ended = watch.ended().then(() => found.push('ended'));
    await turns;
    await ended;
    expect(found).toEqual(['first turn', 'ended']);
  });

  test('does not wait longer than it may, and not for the same marking again', async () => {
    const { observe, report } = byHand();
    const watch = new MarkingWatch(observe, 1);
    watch.use();
    report(START);
    await watch.ended();
    expect(watch.isMarking).toBe(false);
  });

  test('knows of a marking that starts as another one ends', async () => {
    const { watch, ended, report } = await waiting();
    report(END);
    report(START);
    await ended;
    expect(watch.isMarking).toBe(true);
  });

  test('observes V8 as long as anybody uses it', () => {
    const found: string[] = [];
    const watch = new MarkingWatch(() => {
      found.push('begun');
      return () => found.push('stopped');
    });
    watch.use();
    watch.use();
    watch.leave();
    expect(found).toEqual(['begun']);
    watch.leave();
    watch.use();
    watch.leave();
    expect(found).toEqual(['begun', 'stopped', 'begun', 'stopped']);
  });

  test('ends the wait when nobody uses it any more', async () => {
    const { watch, ended } = await waiting();
    watch.leave();
    await ended;
    expect(watch.isMarking).toBe(false);
  });

  test('hears of the start and the end of marking from V8', async () => {
    const thread = new Worker(new URL('./marking-thread.js', import.meta.url));
    const [said] = (await once(thread, 'message')) as [{ readonly lists: number; readonly agrees: boolean }];
    await thread.terminate();
    expect(said.lists).toBeLessThan(400);
    expect(said.agrees).toBe(true);
  });
});
