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
