import { openNodeInternals } from './inner/node-internals.js';

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
