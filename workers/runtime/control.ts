import { PhlowError } from '../../src/errors.js';
import type { Control } from '../../src/wire/control.js';
import type { ModuleOutbox } from './module-outbox.js';
import type { Definition } from './definition.js';
import type { Server } from './serve.js';

/** Builds the control plane of one module. */
export function createControl(
  server: Server,
  definition: Definition,
  state: unknown,
  stopping: AbortController,
  outbox: ModuleOutbox,
  { heapUsed, flushLog }: { readonly heapUsed: () => number; readonly flushLog: () => void },
): Control {
  return {
    ping: () => true,
    inspect: () => ({
      handled: server.handled,
      running: server.running,
      queued: server.queued,
      uptimeMs: performance.now(),
      heapUsedBytes: heapUsed(),
    }),
    async drain() {
      await definition.drain?.(state);
    },
    async stop() {
      stopping.abort(new PhlowError('PHLOW_MODULE_DOWN', 'The module is stopping'));
      // The last replies may come behind this word, on a channel of their own; who waits for them has a turn before `stop`.
      await server.requests.runs.settled();
      await definition.stop?.(state);
      outbox.flush();
      flushLog();
    },
  };
}
