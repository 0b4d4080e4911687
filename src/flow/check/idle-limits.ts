import { stepName } from '../document/step-keys.js';
import type { Diagnostics } from '../diagnostics.js';
import type { Plan, Step } from '../plan/plan.js';

/** Warns of `timeout` and `retry` in steps that have nothing to limit or to do again, and of a `retry` that never does anything again. */
export function checkLimits(plan: Plan, diagnostics: Diagnostics): void {
  for (const step of plan.steps) {
    const { document, retry } = step;
    if (!hasWork(step)) {
      const keys = [document.timeoutMs === undefined ? '' : 'timeout', retry === undefined ? '' : 'retry'];
      for (const key of keys.filter((name) => name !== '')) {
        const why = 'it counts for calls, parallel, for_each and payload';
        diagnostics.warning(
          `"${key}" does nothing in ${stepName(document)}: ${why}, and not beside then, else and return`,
          document.range,
        );
      }
      continue;
    }
    if (retry === undefined || retry.count === 0) continue;
    const firstMs = Math.min(retry.delayMs, retry.maxDelayMs);
    if (firstMs * (1 - retry.jitter) >= retry.totalMs) {
      diagnostics.warning(
        `"retry" never tries ${stepName(document)} again: its delay of ${firstMs} ms does not fit into its total of ${retry.totalMs} ms`,
        document.range,
      );
    }
  }
}

function hasWork({ isBranching, return: result, isStream, work, payload }: Step): boolean {
  if (isStream) return true;
  return !isBranching && result === undefined && (work !== undefined || payload !== undefined);
}
