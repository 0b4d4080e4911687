import { performance } from 'node:perf_hooks';
import { Histogram } from '../src/measure/histogram.js';
import type { Case } from '../src/measure/suite.js';

/** Where results go, so that no optimiser may conclude that nobody wants them. */
export const sink: { value: unknown } = { value: undefined };

/**
 * A case of synchronous work in this thread. `run(from, count)` performs `count` operations, numbered on from `from`, and
 * returns something that depends on them. Work is timed in chunks of `chunk` operations (pick one that takes about 100 us):
 * the histogram holds a chunk's time divided by its operations, since a clock costs more than many operations do.
 */
export function tightLoop(subject: {
  readonly name: string;
  readonly chunk: number;
  readonly run: (from: number, count: number) => unknown;
  readonly setup?: string;
  readonly group?: string;
  readonly isFloor?: boolean;
}): Case {
  const { name, chunk, run, ...rest } = subject;
  let next = 0;
  return {
    name,
    inFlight: 1,
    ...rest,
    round(durationMs) {
      const latency = new Histogram();
      const start = performance.now();
      let begun = start;
      let operations = 0;
      do {
        sink.value = run(next, chunk);
        next += chunk;
        operations += chunk;
        const ended = performance.now();
        latency.record((ended - begun) / chunk);
        begun = ended;
      } while (begun - start < durationMs);
      return Promise.resolve({ operations, elapsedMs: begun - start, latency });
    },
  };
}
