/** What can be listened to in order to know that something is given up: an AbortSignal, or an object that looks like one. */
export interface Abortable {
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Those who follow one signal, and the one listener that serves them all. */
interface Followed {
  readonly all: Set<() => void>;
  readonly listener: () => void;
}

const followed = new WeakMap<Abortable, Followed>();

const nothing = (): void => undefined;

/**
 * Calls `onAbort`, once, when the signal aborts, until the function that it returns is called; of a signal that has aborted already nothing comes.
 * The one way to listen to a signal that is not one's own: hundreds of loads, runs or calls may share one, for which Node would warn of a leak,
 * and to lift its limit would change an object of somebody else's. Throws what listening throws.
 */
export function followAbort(signal: Abortable | undefined, onAbort: () => void): () => void {
  if (signal === undefined) return nothing;
  const { all } = followed.get(signal) ?? listenTo(signal);
  all.add(onAbort);
  return () => {
    all.delete(onAbort);
    if (all.size > 0 || followed.get(signal)?.all !== all) return;
    const { listener } = followed.get(signal) ?? { listener: nothing };
    followed.delete(signal);
    try {
      signal.removeEventListener('abort', listener);
    } catch {
      // What was followed for has ended: its outcome is worth more than this complaint.
    }
  };
}

function listenTo(signal: Abortable): Followed {
  const all = new Set<() => void>();
  const listener = (): void => {
    followed.delete(signal);
    for (const notify of [...all]) if (all.delete(notify)) notify();
  };
  signal.addEventListener('abort', listener, { once: true });
  const made = { all, listener };
  followed.set(signal, made);
  return made;
}
