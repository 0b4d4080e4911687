import { openNodeInternals } from './node-internals.js';

/** What Node's native code offers for measuring the memory of contexts. */
interface ContextNatives {
  readonly measureMemory?: (mode: number, execution: number) => Promise<unknown>;
  readonly constants?: {
    readonly measureMemory?: {
      readonly mode: { readonly SUMMARY: number };
      readonly execution: { readonly EAGER: number };
    };
  };
}

/** What V8 was marking when it was asked may be older than the question, and names of properties go one collection after those who used them. */
const COLLECTIONS = 2;

/**
 * A function that has V8 collect the garbage of this container, and calls back when that is done. V8 measures the memory of contexts by a
 * collection, which it begins at once when it is asked to: that needs no flag, which would hold for the whole process.
 */
export function garbageCollection(): (done: () => void) => void {
  const { measureMemory, constants } = openNodeInternals(process).binding('contextify') as ContextNatives;
  const options = constants?.measureMemory;
  if (measureMemory === undefined || options === undefined)
    throw new Error('Cannot collect garbage: this Node measures memory in another way');
  const { SUMMARY } = options.mode;
  const { EAGER } = options.execution;
  const collect = async (): Promise<void> => {
    for (let i = 0; i < COLLECTIONS; i++) await measureMemory(SUMMARY, EAGER);
  };
  return (done) => void collect().then(done, done);
}

/** V8's figures of its heap, as Node's native code hands them out: numbers at fixed places, written again at each update. */
interface HeapFigures {
  readonly updateHeapStatisticsBuffer?: () => void;
  readonly heapStatisticsBuffer?: Float64Array;
  readonly kUsedHeapSizeIndex?: number;
  readonly kExternalMemoryIndex?: number;
}

/**
 * A function that measures what the module holds: its heap, and what stands outside of it and counts all the same, such as the memory of buffers.
 * Not by `process.memoryUsage`, which also asks the system about the process, and fails in a jail that has no `/proc`.
 */
export function heapFigure(): () => number {
  const found = openNodeInternals(process).binding('v8') as unknown as HeapFigures;
  const { updateHeapStatisticsBuffer: update, heapStatisticsBuffer: figures } = found;
  const { kUsedHeapSizeIndex: used, kExternalMemoryIndex: external } = found;
  if (update === undefined || figures === undefined || used === undefined || external === undefined)
    throw new Error('Cannot measure the heap: this Node has other figures');
  return () => {
    update();
    return (figures[used] ?? 0) + (figures[external] ?? 0);
  };
}
