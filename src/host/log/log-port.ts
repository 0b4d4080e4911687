import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';

/** Hands on what still lies in a port whose other side has gone, until that is enough. What cannot be read is left out. */
export function drainPort(
  port: MessagePort,
  take: (message: unknown) => void,
  isEnough: () => boolean = () => false,
): void {
  while (!isEnough()) {
    let next: { readonly message?: unknown } | undefined;
    try {
      next = receiveMessageOnPort(port);
    } catch {
      // A value nested too deep for this thread's stack. It has left the port, the next one is behind it.
      continue;
    }
    if (next === undefined) return;
    take(next.message);
  }
}

/** Messages that are taken from a port in one turn, and how long that may take. */
const MAX_MESSAGES = 200;
const MAX_MS = 4;

/**
 * Listens to a port in slices: Node hands on what has come in one turn, a thousand messages at least, and who sends without a pause would keep
 * the event loop for as long.
 */
export function listenPaced(
  port: MessagePort,
  take: (message: unknown) => void,
  later: (work: () => void) => void = setImmediate,
): void {
  let taken = 0;
  let since = 0;
  const onMessage = (message: unknown): void => {
    if (taken++ === 0) {
      since = performance.now();
      later(goOn);
    }
    take(message);
    // Without a listener the port keeps what comes, also in the middle of a turn.
    if (taken >= MAX_MESSAGES || performance.now() - since > MAX_MS) port.off('message', onMessage);
  };
  const goOn = (): void => {
    taken = 0;
    if (port.listenerCount('message') === 0) port.on('message', onMessage);
  };
  port.on('message', onMessage);
}
