import { outside } from './outside.js';

/** The clock of a module that was granted a precise one. */
export function createPerformance(): object {
  const timeOrigin = Date.now() - outside().natives.now();
  const now = (): number => outside().natives.now();
  return { now, timeOrigin, toJSON: () => ({ timeOrigin }), [Symbol.toStringTag]: 'Performance' };
}
