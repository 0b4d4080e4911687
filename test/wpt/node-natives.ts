import { createNatives } from '../../workers/runtime/guest/natives-outer.js';
import type { WebOptions } from '../../workers/runtime/guest/web/index.js';
import type { Natives } from '../../workers/runtime/guest/web/natives.js';

/** What the classes ask of Node, done by this Node. */
export const NODE_NATIVES: Natives = createNatives(() => performance.now());

/** Everything granted. */
export const WEB_OPTIONS: WebOptions = {
  startTimer: setTimeout,
  crypto: ['random', 'subtle'],
  hasPreciseClock: true,
  netFetch: undefined,
};
