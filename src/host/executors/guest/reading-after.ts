import type { Reading } from './inbox.js';

/** The reading of a frame that starts once `settled` has resolved. */
export function readingAfter(settled: Promise<void>, begin: () => Reading | undefined): Reading {
  let hasWaited = false;
  let begun: Reading | undefined;
  return {
    step: () => {
      if (!hasWaited) {
        hasWaited = true;
        return settled.then(() => 0);
      }
      if (begun !== undefined) return begun.step();
      begun = begin();
      return begun === undefined;
    },
  };
}
