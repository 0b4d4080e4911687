import { parseDuration } from '../../manifest/units.js';
import { didYouMean } from '../../nearest.js';
import type { Diagnostics } from '../diagnostics.js';
import { valueOf, type FlowNode } from '../node.js';

/** How far the clock of the modules is moved in a test. */
export interface Advance {
  /** Before the flow starts. */
  readonly beforeMs: number;
  /** While a step is at work, by its id. */
  readonly steps: ReadonlyMap<string, number>;
}

const HOW = 'a length of time such as 500 (milliseconds), 250ms, 5s or 1m';

/** Reads `advance` (docs/testing.md): a length of time, or a mapping from ids of steps to lengths of time. */
export function readAdvance(
  node: FlowNode | undefined,
  ids: ReadonlySet<string>,
  diagnostics: Diagnostics,
): Advance | undefined {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return undefined;
  if (node.kind !== 'map') {
    return { beforeMs: duration(node, diagnostics), steps: new Map() };
  }
  const steps = new Map<string, number>();
  for (const { key, value, range } of node.entries.values()) {
    if (!ids.has(key))
      diagnostics.error(`advance names a step that is not there: "${key}".${didYouMean(key, ids)}`, range);
    steps.set(key, duration(value, diagnostics));
  }
  return { beforeMs: 0, steps };
}

function duration(node: FlowNode, diagnostics: Diagnostics): number {
  const ms = parseDuration(valueOf(node));
  if (ms !== undefined) return ms;
  diagnostics.error(`"advance" must be ${HOW}, or a mapping from ids of steps to that`, node.range);
  return 0;
}
