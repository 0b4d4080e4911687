import { describe, expect, test } from '@jest/globals';
import { expressionsAlone } from '../../bench/suites/flow/expressions-alone.js';
import { FIVE_CALLS, inputsOf } from '../../bench/suites/flow/five-calls.js';
import { TEN_STEPS, tenStepsByHand, VISITORS } from '../../bench/suites/flow/ten-steps.js';
import { sharesOf } from '../../bench/suites/flow/with-shares.js';
import { flow } from '../../bench/suites/flow.js';
import { runSuite } from '../../src/measure/harness.js';
import { openFlow } from '../../src/runtime/flow.js';

describe('bench scope flow', () => {
  test('has each flow and the same work by hand at 1 and 100 at once, with the shares of its time', async () => {
    const plan = { rounds: 1, roundMs: 4, warmupMs: 2, widths: [1], isQuick: true, note: () => undefined };
    const results = await runSuite(flow, plan);
    for (const work of ['ten pure steps', 'five cache calls']) {
      for (const inFlight of [1, 100]) {
        const rows = results.filter((row) => row.group === work && row.inFlight === inFlight);
        expect(rows.map((row) => row.case)).toEqual([`by hand: ${work}`, `flow: ${work}`]);
        expect(rows.every(({ perSecond }) => perSecond > 0)).toBe(true);
        const shares = rows[1]?.figures ?? {};
        expect(Object.keys(shares)).toEqual(['phs %', 'wire %', 'engine %', 'engineUs']);
        const sum = (shares['phs %'] ?? 0) + (shares['wire %'] ?? 0) + (shares['engine %'] ?? 0);
        expect(sum).toBeCloseTo(100, 0);
      }
    }
  }, 60_000);

  test('the ten steps come to the same by hand, as a flow and as expressions alone', async () => {
    const alone = expressionsAlone(TEN_STEPS);
    await using opened = await openFlow({ text: TEN_STEPS }, { envs: {} });
    for (const visitor of VISITORS) {
      const main = { ...visitor };
      const wanted = await tenStepsByHand(visitor);
      expect({ ...(alone(main) as object) }).toEqual(wanted);
      expect({ ...((await opened.run({ main })) as object) }).toEqual(wanted);
    }
  });

  test('the five steps send what the five calls send', async () => {
    const sent: unknown[] = [];
    const modules = { cache: ({ input }: { input: unknown }) => sent.push({ ...(input as object) }) };
    await using opened = await openFlow({ text: FIVE_CALLS }, { envs: {}, modules });
    await opened.run({ main: 7 });
    expect(sent).toEqual(inputsOf(7));
  });

  test('the engine has what expressions and calls leave of a run', () => {
    expect(sharesOf(20, 5, 10)).toEqual({ 'phs %': 25, 'wire %': 50, 'engine %': 25, engineUs: 5 });
    expect(sharesOf(10, 2, 10)['engine %']).toBe(-20);
  });
});
