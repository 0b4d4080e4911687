import type { ExecutorVitals } from '../executor.js';

/** The figures of several threads as those of one: the busiest event loop, heap and CPU together; undefined is what none of them tells. */
export function aggregateVitals(all: readonly ExecutorVitals[], pastCpuMs: number): ExecutorVitals {
  const cpuMs = total(all.map((one) => one.cpuMs));
  return {
    eventLoopUtilization: Math.max(0, ...all.map((one) => one.eventLoopUtilization)),
    heapUsedBytes: total(all.map((one) => one.heapUsedBytes)),
    // What ended threads have used stays, also while none is there to tell of its own.
    cpuMs: cpuMs === undefined && pastCpuMs === 0 ? undefined : (cpuMs ?? 0) + pastCpuMs,
  };
}

function total(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((figure) => figure !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, figure) => sum + figure, 0);
}
