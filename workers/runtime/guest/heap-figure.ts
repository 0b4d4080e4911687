import { openNodeInternals } from './inner/node-internals.js';

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
