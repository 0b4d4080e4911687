import type { ContainerSpec } from './container.js';
import { Guest } from './guest.js';
import { ProcessContainer } from './process-container.js';
import { ThreadContainer } from './thread-container.js';

/** How a guest is held: in a thread of the host, or in a process of its own. */
export type GuestContainer = 'thread' | 'process';

/**
 * Guests that are locked and wait for a module, so that the next one starts in milliseconds. One waits per kind, and only of kinds that were
 * asked for before.
 */
export class WarmPool {
  readonly #waiting = new Map<string, Guest>();
  readonly #isOn: boolean;
  #isClosed = false;

  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  /** A guest for one module: the one that waits, else a new one. */
  take(container: GuestContainer, spec: ContainerSpec): Guest {
    const kind = kindOf(container, spec);
    const waiting = this.#waiting.get(kind);
    this.#waiting.delete(kind);
    return waiting?.isAlive === true ? waiting : newGuest(kind, container, spec);
  }

  /**
   * Starts a guest that the module which is being prepared will take, so that its realm is locked while the text is made. The function that
   * is returned ends it when there is no such module after all.
   */
  prepare(container: GuestContainer, spec: ContainerSpec): () => void {
    const kind = kindOf(container, spec);
    if (this.#isClosed || this.#waiting.get(kind)?.isAlive === true) return () => undefined;
    const guest = newGuest(kind, container, spec);
    this.#waiting.set(kind, guest);
    return () => {
      if (this.#waiting.get(kind) !== guest) return;
      this.#waiting.delete(kind);
      guest.container.kill();
    };
  }

  /** Lets another guest of the same kind wait; called when the module that took the last one is ready, so as not to slow it down. */
  refill(container: GuestContainer, spec: ContainerSpec): void {
    const kind = kindOf(container, spec);
    if (!this.#isOn || this.#isClosed || this.#waiting.get(kind)?.isAlive === true) return;
    this.#waiting.set(kind, newGuest(kind, container, spec));
  }

  /** Ends those that wait. */
  close(): void {
    this.#isClosed = true;
    for (const guest of this.#waiting.values()) guest.container.kill();
    this.#waiting.clear();
  }
}

/** Threads differ in what V8 may compile; processes in their limits and their jail as well. */
function kindOf(container: GuestContainer, spec: ContainerSpec): string {
  return container === 'thread'
    ? JSON.stringify([spec.wasm])
    : JSON.stringify([spec.memoryBytes, spec.lifetimeCpuSeconds, spec.jail, spec.wasm]);
}

function newGuest(kind: string, container: GuestContainer, spec: ContainerSpec): Guest {
  return new Guest(
    kind,
    container === 'thread' ? new ThreadContainer() : new ProcessContainer(spec),
    spec.wasm,
  );
}
