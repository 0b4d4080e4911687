import { textOf } from '../../values.js';
import type { Diagnostics } from '../diagnostics.js';
import { valueOf, type MapNode } from '../node.js';

/** What a step that ends its run has no use for, and what to do instead. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['payload', 'nothing comes behind the stream; change its items in the module'],
  ['to', 'nothing comes behind the stream'],
  ['then', 'put the condition into a step before it'],
  ['else', 'put the condition into a step before it'],
  ['parallel', 'only a call has a stream'],
  ['for_each', 'only a call has a stream'],
  ['timeout', 'a stream takes as long as it takes; limit the run'],
  ['retry', 'items that were sent cannot be sent again'],
  ['on_error', 'items may have been sent; the "on_error" of the flow runs'],
]);

/** Reads `stream`, and refuses what cannot stand beside it. */
export function readStream(node: MapNode, diagnostics: Diagnostics): boolean {
  const entry = node.entries.get('stream');
  if (entry === undefined) return false;
  const value = valueOf(entry.value);
  if (value === false) return false;
  if (value !== true) {
    diagnostics.error(`"stream" must be true or false: found ${textOf(value)}`, entry.range);
    return false;
  }
  for (const { key, range } of node.entries.values()) {
    const why = REFUSED.get(key);
    if (why !== undefined) diagnostics.error(`"${key}" cannot stand beside "stream": ${why}`, range);
  }
  const head = node.entries.get('return')?.value;
  const body = head?.kind === 'map' ? head.entries.get('body') : undefined;
  if (body !== undefined)
    diagnostics.error('"return" beside "stream" has no body: that is what the module sends', body.range);
  return true;
}
