import { isMap } from '../../../src/values.js';
import type { Stage } from './fault.js';

/** So long a module may take to be as if nothing had happened. */
const CALM_MS = 20_000;

/** Lets what a wave has started come to its end, and tells what has not: a life that was to die, a source, a place that is still taken. */
export async function calm(stage: Stage): Promise<readonly string[]> {
  const { module, board, doomed, open } = stage;
  const end = performance.now() + CALM_MS;
  const isIn = async (what: () => boolean | Promise<boolean>): Promise<boolean> => {
    while (!(await what())) {
      if (performance.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return true;
  };
  board.planLoads('none', 'entry', 0);
  if (module.state === 'stopped') return sourcesLeft(open);
  if (module.state === 'failed') await module.restart();
  const wrong: string[] = [];
  const isAlive = async (): Promise<boolean> => {
    const instance = await instanceOf(stage);
    return instance !== undefined && !doomed.has(instance);
  };
  if (!(await isIn(isAlive))) wrong.push(`${module.name} does not answer, or a life that was to die goes on`);
  doomed.clear();
  await isIn(() => open.size === 0);
  wrong.push(...sourcesLeft(open));
  const isEmpty = async (): Promise<boolean> => {
    const { modules } = await stage.host.inspect();
    return modules.every((one) => one.module !== module.name || one.inFlight + one.waiting === 0);
  };
  if (!(await isIn(isEmpty))) wrong.push(`${module.name} counts packages as in flight that have settled`);
  return wrong;
}

function sourcesLeft(open: Set<number>): string[] {
  const left = [...open].map(
    (n) => `package ${n} has settled and the source of its input stream was not ended`,
  );
  open.clear();
  return left;
}

/** The number of the life that answers; undefined when none does. */
async function instanceOf({ module }: Stage): Promise<number | undefined> {
  try {
    const reply: unknown = await module.call({ n: 0, at: 'life' }, { timeoutMs: 3_000 });
    return isMap(reply) ? Number(reply['life']) : undefined;
  } catch {
    // It is on its way down, or back: the next one is asked.
    return undefined;
  }
}
