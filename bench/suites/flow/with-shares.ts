import { closedLoop, type Call } from '../../../src/measure/closed-loop.js';
import type { Case, Round } from '../../../src/measure/suite.js';
import { tightLoop } from '../../tight-loop.js';

/** A flow and the parts that it consists of, each of which can be done alone. */
export interface Parts {
  /** Runs the flow. */
  readonly run: Call;
  /** Evaluates the flow's expressions. */
  readonly phs: (sequence: number) => unknown;
  /** Makes the flow's calls, one after the other; undefined when it makes none. */
  readonly wire: Call | undefined;
}

/**
 * A flow at one width, with the share of its time that goes to expressions and to calls: in each round both are done alone as well, at the
 * same width. What they do not account for is the engine's: `engineUs` of it per run.
 */
export function withShares(
  subject: Parts & {
    readonly name: string;
    readonly inFlight: number;
    readonly group: string;
    readonly setup: string;
  },
): Case {
  const { run, phs, wire, ...row } = subject;
  const expressions = tightLoop({
    name: 'expressions',
    chunk: 50,
    run: (from, count) => {
      let last: unknown;
      for (let i = from; i < from + count; i++) last = phs(i);
      return last;
    },
  });
  return {
    ...row,
    async round(durationMs) {
      const whole = await closedLoop(run, row.inFlight, durationMs / 2);
      const phsUs = usPerRun(await expressions.round(durationMs / 4));
      const wireUs = wire === undefined ? 0 : usPerRun(await closedLoop(wire, row.inFlight, durationMs / 4));
      const figures = sharesOf(usPerRun(whole), phsUs, wireUs);
      return { ...whole, figures };
    },
  };
}

/** Shares in percent; the engine has what is left, which may be less than nothing where parts overlap. */
export function sharesOf(runUs: number, phsUs: number, wireUs: number): Readonly<Record<string, number>> {
  const engineUs = runUs - phsUs - wireUs;
  const percent = (us: number): number => (100 * us) / runUs;
  return {
    'phs %': percent(phsUs),
    'wire %': percent(wireUs),
    'engine %': percent(engineUs),
    engineUs,
  };
}

function usPerRun({ operations, elapsedMs }: Round): number {
  return (elapsedMs * 1000) / operations;
}
