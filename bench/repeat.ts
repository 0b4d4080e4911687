import { performance } from 'node:perf_hooks';
import { Histogram } from '../src/measure/histogram.js';
import type { Case } from '../src/measure/suite.js';

/** What `once` may say about its work when the whole of it is not what counts. */
export interface Once {
  /** The part that counts, in milliseconds. */
  readonly ms: number;
  readonly figures?: Readonly<Record<string, number>>;
}

/**
 * A case of one slow thing after the other (a start, a page, an expiry): each is timed whole, or says itself which part of
 * it counts, so that clean-up is not charged to it. Runs `atLeast` times a round (1), then until the round's time is over.
 */
export function repeat(subject: {
  readonly name: string;
  readonly once: () => Promise<Once | undefined>;
  readonly atLeast?: number;
  readonly inFlight?: number;
  readonly setup?: string;
  readonly group?: string;
  readonly isFloor?: boolean;
  readonly size?: number;
}): Case {
  const { name, once, atLeast = 1, inFlight = 1, ...rest } = subject;
  return {
    name,
    inFlight,
    ...rest,
    async round(durationMs) {
      const latency = new Histogram();
      const start = performance.now();
      let operations = 0;
      let countedMs = 0;
      let figures: Readonly<Record<string, number>> = {};
      do {
        const begun = performance.now();
        const said = await once();
        const ms = said?.ms ?? performance.now() - begun;
        latency.record(ms);
        countedMs += ms;
        operations++;
        figures = said?.figures ?? figures;
      } while (operations < atLeast || performance.now() - start < durationMs);
      return { operations, elapsedMs: countedMs, latency, figures };
    },
  };
}
