import { closedLoop, closedLoops } from '../../src/measure/closed-loop.js';
import type { Case, Plan, Suite } from '../../src/measure/suite.js';
import { startComlinks, startFloors, startModules, startPiscinas, type Many } from '../peers/many.js';

/** How many modules share the packages. */
const COUNTS = [1, 2, 20, 100] as const;
const IN_FLIGHT = 256;

/** Packages that a thread answers before it is measured: each has its own copy of the code, which its engine compiles as it is used. */
const WARMUP_PACKAGES = 5_000;
const MAX_WARMUP_MS = 20_000;

/** A suite for each number of modules: hundreds of threads that wait for their turn would be in each other's way. */
export const modules: readonly Suite[] = COUNTS.map((count) => ({
  scope: 'modules',
  about:
    'small packages in turn to 1, 2, 20 and 100 modules, against ports by hand and the peers, each with as many threads',
  open: (plan: Plan) => openSuite(count, plan),
}));

async function openSuite(count: number, plan: Plan): Promise<{ cases: Case[]; close: () => Promise<void> }> {
  const started: Many[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(started.map((one) => one.stop()));
  };
  try {
    for (const start of [startFloors, startModules, startComlinks, startPiscinas]) {
      plan.note(`${start.name}, ${count} thread${count === 1 ? '' : 's'}`);
      const many = await start(count);
      started.push(many);
      await warmUp(many, count);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const group = `${count} module${count === 1 ? '' : 's'}`;
  const cases = started.flatMap(({ name, setup, call }) =>
    closedLoops({
      name: `${name}, ${group}`,
      group,
      setup,
      call,
      widths: [IN_FLIGHT],
      isFloor: name === 'floor',
    }),
  );
  return { cases, close };
}

async function warmUp({ call }: Many, count: number): Promise<void> {
  const ends = performance.now() + MAX_WARMUP_MS;
  for (let left = count * WARMUP_PACKAGES; left > 0 && performance.now() < ends;)
    left -= (await closedLoop(call, IN_FLIGHT, 100)).operations;
}
