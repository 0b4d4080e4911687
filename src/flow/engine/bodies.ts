import { newMap, setEntry } from '../../phs/values/entries.js';
import type { PhsMap, PhsValue } from '../../phs/values/value.js';
import { PhlowError } from '../../errors.js';
import type { Pipeline } from '../plan/plan.js';
import { Cancellation, type CancelSignal } from './cancellation.js';
import { NONE } from './none.js';
import { RunState } from './run-state.js';
import { inItem } from './step-problem.js';

/** Runs the steps of a run to its end. */
export type Drive = (run: RunState) => Promise<void> | undefined;

/** Runs the branches of a `parallel` at the same time and joins their results into one map. */
export async function runBranches(
  run: RunState,
  branches: readonly { readonly name: string; readonly body: Pipeline }[],
  drive: Drive,
): Promise<PhsValue> {
  const results = await together(run, branches.length, branches.length, (index, signal) => {
    const branch = branches[index];
    return branch === undefined ? Promise.resolve(null) : runBody(run, index, branch.body, drive, signal);
  });
  const joined = newMap<PhsValue>();
  for (const [index, { name }] of branches.entries()) setEntry(joined, name, results[index]);
  return joined;
}

/** Runs the body of a `for_each` for each item, at most `atOnce` at the same time; the results are in the order of the items. */
export function runItems(
  run: RunState,
  items: readonly PhsValue[],
  atOnce: number,
  body: Pipeline,
  drive: Drive,
): Promise<readonly PhsValue[]> {
  return together(run, items.length, atOnce, async (index, signal) => {
    try {
      return await runBody(run, index, body, drive, signal, { item: items[index], index });
    } catch (error) {
      throw inItem(index, error);
    }
  });
}

/** Does `count` things, `atOnce` at a time. The first failure cancels the others, and is thrown once they have all ended. */
async function together(
  run: RunState,
  count: number,
  atOnce: number,
  work: (index: number, signal: CancelSignal) => Promise<PhsValue>,
): Promise<readonly PhsValue[]> {
  const cancellation = new Cancellation(run.signal);
  const results: PhsValue[] = Array.from({ length: count }, () => null);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < count && failure === undefined) {
      const index = next++;
      try {
        results[index] = await work(index, cancellation);
      } catch (error) {
        failure ??= { error };
        cancellation.cancel(
          new PhlowError('PHLOW_FLOW_CANCELLED', 'Cannot go on: another branch failed', { cause: error }),
        );
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  } finally {
    cancellation.dispose();
  }
  if (failure !== undefined) throw failure.error;
  return results;
}

/** Runs a body on a copy of the scope: what it stores stays inside. Its result is its last output, null when there was none. */
async function runBody(
  outer: RunState,
  index: number,
  body: Pipeline,
  drive: Drive,
  signal: CancelSignal,
  locals?: PhsMap,
): Promise<PhsValue> {
  const scope = outer.scope.inside();
  if (locals !== undefined) scope.locals = { ...scope.locals, ...locals };
  const run = new RunState(
    outer.env,
    outer.id,
    scope,
    { pipeline: body, index: 0 },
    outer.payload,
    signal,
    outer.journal,
    { outer, name: String(index) },
  );
  run.isPlain = outer.isPlain;
  run.traceparent = outer.traceparent;
  run.journal?.restore(run);
  await drive(run);
  return run.latest === NONE ? null : run.latest;
}
