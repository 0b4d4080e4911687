import type { NodeInternals } from './node-internals.js';

/** Modules that Node's code asks for once a guest is locked, and those that they ask for: found like `KEPT_NATIVES`. */
const KEPT_MODULES: readonly string[] = [
  'async_hooks',
  'buffer',
  'events',
  'internal/assert',
  'internal/async_hooks',
  'internal/buffer',
  'internal/encoding',
  'internal/error_serdes',
  'internal/errors',
  'internal/event_target',
  'internal/events/abort_listener',
  'internal/events/symbols',
  'internal/fixed_queue',
  'internal/modules/run_main',
  'internal/options',
  'internal/process/execution',
  'internal/process/warning',
  'internal/streams/lazy_transform',
  'internal/url',
  'internal/util',
  'internal/util/colors',
  'internal/util/inspect',
  'internal/util/types',
  'internal/v8/startup_snapshot',
  'internal/validators',
  'internal/webidl',
  'internal/worker/js_transferable',
  'path',
  'stream',
  'string_decoder',
  'timers',
  'util',
];

/** Loaded when a module asks for random numbers or digests. */
const KEPT_FOLDER = 'internal/crypto/';

/** Empties the table in which every `require` inside Node looks: what is not in it cannot be loaded, nor found again. */
export function closeModules({ modules }: NodeInternals): void {
  const first = modules.values().next().value;
  for (const id of [...modules.keys()]) {
    if (!KEPT_MODULES.includes(id) && !id.startsWith(KEPT_FOLDER)) modules.delete(id);
  }
  if (first !== undefined) Object.freeze(first.constructor);
}
