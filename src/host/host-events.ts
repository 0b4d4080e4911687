import { channel } from 'node:diagnostics_channel';
import type { DeadLetter } from './diagnostics/dead-letters.js';
import type { ExitReport } from './diagnostics/exit-report.js';

/** What happens to modules, as `host.events()` reports it. */
export type HostEvent =
  | {
      readonly type: 'ready';
      readonly module: string;
      readonly threadId: number | undefined;
      readonly loadMs: number;
    }
  | { readonly type: 'ended'; readonly module: string; readonly report: ExitReport }
  | {
      readonly type: 'restarting';
      readonly module: string;
      readonly delayMs: number;
      readonly count: number;
    }
  | { readonly type: 'failed'; readonly module: string; readonly because: string }
  | { readonly type: 'half_open'; readonly module: string }
  | { readonly type: 'recovered'; readonly module: string }
  /** One of several replicas has ended and is replaced, while the others stay up. */
  | {
      readonly type: 'replica_ended';
      readonly module: string;
      readonly replica: number;
      readonly because: string;
    }
  | {
      readonly type: 'replica_ready';
      readonly module: string;
      readonly replica: number;
      readonly threadId: number;
    }
  | { readonly type: 'quarantined'; readonly module: string; readonly letter: DeadLetter }
  | { readonly type: 'idle'; readonly module: string }
  | { readonly type: 'replaced'; readonly module: string; readonly because: string }
  | { readonly type: 'replace_failed'; readonly module: string; readonly because: string }
  | { readonly type: 'stopped'; readonly module: string }
  | { readonly type: 'log_cut'; readonly module: string; readonly lines: number };

/** Events that one slow listener may leave lying; older ones are dropped. */
const MAX_UNREAD = 1_000;

/** Hands events to any number of listeners, each with a bounded buffer of its own. */
export class HostEvents {
  readonly #listeners = new Set<(event: HostEvent | undefined) => void>();
  #isClosed = false;

  emit(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
    const eventChannel = channel(`phlow:module:${event.type}`);
    if (eventChannel.hasSubscribers) eventChannel.publish(event);
  }

  /** Events from now on; ends when the host is closed. */
  async *listen(): AsyncGenerator<HostEvent, void, undefined> {
    const unread: HostEvent[] = [];
    let wake: () => void = () => undefined;
    const listener = (event: HostEvent | undefined): void => {
      if (event !== undefined) unread.push(event);
      if (unread.length > MAX_UNREAD) unread.shift();
      wake();
    };
    this.#listeners.add(listener);
    try {
      for (;;) {
        const event = unread.shift();
        if (event !== undefined) yield event;
        else if (this.#isClosed) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#listeners.delete(listener);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const listener of this.#listeners) listener(undefined);
  }
}
