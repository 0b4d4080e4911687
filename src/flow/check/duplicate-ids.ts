import { stepsOf, type FlowDocument, type StepDocument } from '../document/flow-document.js';
import type { Diagnostics } from '../diagnostics.js';
import { placeOf } from '../source/source-file.js';

/**
 * Warns of ids that stand twice in one list of steps, and of those that a `to` names and could find twice. A branch may store again under the id
 * of a step before it: that is how a flow changes a value.
 */
export function checkIds(document: FlowDocument, diagnostics: Diagnostics): void {
  const all = [...stepsOf(document)];
  const targets = new Set(all.flatMap(({ to }) => (to?.kind === 'id' ? [to.id] : [])));
  /** The first step of each id in each of its scopes. */
  const seen = new Map<string, StepDocument>();
  for (const step of all) {
    if (step.id === undefined) continue;
    const { text, range } = step.id;
    const isTarget = targets.has(text);
    const key = `${(isTarget ? bodyOf : listOf)(step.path)} ${text}`;
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, step);
    } else {
      const place = placeOf(other.id?.range);
      const where = place === undefined ? other.path : `${other.path}, line ${place.line}`;
      const effect = isTarget ? ', and "to" finds only one of them' : '';
      diagnostics.warning(`two steps have the id "${text}": the other one is ${where}${effect}`, range);
    }
  }
}

/** The list that a step stands in. */
function listOf(path: string): string {
  return path.replace(/\[\d+\]$/, '');
}

/**
 * The innermost body that a step stands in, or which list of the flow's own: jumps stay inside. The names of parallel branches are left to the
 * list.
 */
function bodyOf(path: string): string {
  return /^.*\.(?:for_each|parallel\.[^.[]+)|^(?:on_error|finally)\b/.exec(path)?.[0] ?? '';
}
