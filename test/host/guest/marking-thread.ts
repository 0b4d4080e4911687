import { constants } from 'node:perf_hooks';
import { parentPort } from 'node:worker_threads';
import { MarkingWatch, observeCollections } from '../../../src/host/executors/guest/marking-watch.js';

/* A thread with a heap of its own, which grows until V8 has marked it: says what was reported, and what the watch made of it. */

const { NODE_PERFORMANCE_GC_INCREMENTAL: START, NODE_PERFORMANCE_GC_MAJOR: END } = constants;
/** A gigabyte of objects: V8 marks a small heap at some tens of megabytes. */
const MAX_LISTS = 400;

const kinds: (number | undefined)[] = [];
const watch = new MarkingWatch((note) =>
  observeCollections((kind) => {
    kinds.push(kind);
    note(kind);
  }),
);
watch.use();
const kept: object[][] = [];
while (!(kinds.includes(START) && kinds.lastIndexOf(END) > kinds.indexOf(START)) && kept.length < MAX_LISTS) {
  kept.push(Array.from({ length: 40_000 }, () => ({})));
  await new Promise((resolve) => setImmediate(resolve));
}
const isLastAStart = kinds.lastIndexOf(START) > kinds.lastIndexOf(END);
parentPort?.postMessage({ lists: kept.length, agrees: watch.isMarking === isLastAStart });
watch.leave();
