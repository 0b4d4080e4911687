import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';

/** Hands on what still lies in a port whose other side has gone. */
export function drainPort(port: MessagePort, take: (message: unknown) => void): void {
  for (;;) {
    const next = receiveMessageOnPort(port) as { readonly message: unknown } | undefined;
    if (next === undefined) return;
    take(next.message);
  }
}
