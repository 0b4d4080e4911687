import { PhlowError } from '../../src/errors.js';
import type { Outbox } from '../../src/wire/outbox.js';
import type { Definition } from './definition.js';
import type { Server } from './serve.js';

/** The few calls that the host makes besides packages. The thread exposes them; the host only wraps. */
export interface Control {
  /** Answers as long as the thread's event loop turns. */
  ping(): true;
  inspect(): Inspection;
  /** Runs the module's own `stop` and resolves when it is done. */
  stop(): Promise<void>;
}

/** What a thread knows about itself. */
export interface Inspection {
  readonly handled: number;
  readonly running: number;
  readonly queued: number;
  readonly uptimeMs: number;
  readonly heapUsedBytes: number;
}

/** Builds the control plane of one module. */
export function createControl(
  server: Server,
  definition: Definition,
  state: unknown,
  stopping: AbortController,
  outbox: Outbox,
  heapUsed: () => number,
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
    async stop() {
      stopping.abort(new PhlowError('PHLOW_MODULE_DOWN', 'The module is stopping'));
      await definition.stop?.(state);
      outbox.flush();
    },
  };
}
