import type { StopReport } from '../module-types.js';
import type { AdmissionQueue } from './admission-queue.js';
import { NOTHING_DRAINED } from './drain.js';
import type { Instances } from './instances.js';
import type { ModuleLifecycle } from './module-lifecycle.js';
import type { RestartController } from './restart-controller.js';

/** The parts of a module that end with it. */
export interface ModuleParts {
  readonly name: string;
  readonly state: ModuleLifecycle;
  readonly restarts: RestartController;
  readonly queue: AdmissionQueue;
  readonly instances: Instances;
}

/** Lets a module finish what it has, refuses what waits, and ends its instances. Reports how that went. */
export async function stopModule({
  name,
  state,
  restarts,
  queue,
  instances,
}: ModuleParts): Promise<StopReport> {
  const started = performance.now();
  restarts.cancel();
  let drained = NOTHING_DRAINED;
  if (state.is('ready')) {
    state.transition('draining');
    queue.refuse(() => restarts.down());
    drained = await instances.drain();
  }
  state.transition('stopped');
  queue.refuse(() => restarts.down());
  await instances.end(restarts.down());
  return { module: name, tookMs: performance.now() - started, ...drained };
}
