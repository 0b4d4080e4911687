import { constants, PerformanceObserver } from 'node:perf_hooks';
import { describe, expect, test } from '@jest/globals';
import { MarkingWatch } from '../../../src/host/executors/guest/marking-watch.js';

const { NODE_PERFORMANCE_GC_INCREMENTAL: BEGIN, NODE_PERFORMANCE_GC_MAJOR: END } = constants;

/** What V8 reports of its collections, as it comes. */
function observeCollections(): { readonly kinds: (number | undefined)[]; stop(): void } {
  const kinds: (number | undefined)[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      kinds.push((entry as { readonly detail?: { readonly kind?: number } }).detail?.kind);
  });
  observer.observe({ entryTypes: ['gc'] });
  return { kinds, stop: () => observer.disconnect() };
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('the watch over the marking of the heap', () => {
  test('waits for the end of marking that has begun', async () => {
    const seen = observeCollections();
    const watch = new MarkingWatch(60_000);
    const kept: object[][] = [];
    try {
      let begun = -1;
      while (begun < 0) {
        kept.push(Array.from({ length: 40_000 }, () => ({})));
        await nextTurn();
        // Marking that has ended at once says nothing here.
        begun = seen.kinds.at(-1) === BEGIN ? seen.kinds.length : -1;
      }
      await watch.ended();
      expect(seen.kinds.slice(begun)).toContain(END);
    } finally {
      seen.stop();
      kept.length = 0;
    }
  });

  test('waits two turns where V8 reports nothing, and no longer than it may where marking does not end', async () => {
    await new MarkingWatch(60_000).ended();
    const watch = new MarkingWatch(1);
    const seen = observeCollections();
    const kept: object[][] = [];
    try {
      while (!seen.kinds.includes(BEGIN)) {
        kept.push(Array.from({ length: 40_000 }, () => ({})));
        await nextTurn();
      }
      await expect(watch.ended()).resolves.toBeUndefined();
    } finally {
      seen.stop();
      kept.length = 0;
    }
  });
});
