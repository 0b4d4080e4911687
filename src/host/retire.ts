import type { Life } from './life.js';
import { within } from './within.js';

/** How a life was ended in order. */
export interface Retired {
  /** True when the budget was spent before the module had stopped by itself. */
  readonly wasForced: boolean;
  /** Packages that were still in flight then. */
  readonly cutOff: number;
}

/** Lets a life finish what it has, runs the module's own `stop`, then ends the thread: within the budget, whatever the module does. */
export async function retire(life: Life, budgetMs: number): Promise<Retired> {
  const orderly = life.drained().then(() => Promise.race([life.executor.stop(), life.ended]));
  let wasForced = false;
  await within(
    budgetMs,
    orderly,
    'PHLOW_CALL_TIMED_OUT',
    `The module did not stop within ${budgetMs} ms`,
  ).catch(() => {
    wasForced = true;
  });
  const cutOff = life.inFlight;
  await life.executor.terminate();
  await life.ended;
  return { wasForced, cutOff };
}
