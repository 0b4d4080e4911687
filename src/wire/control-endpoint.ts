import type { MessagePort } from 'node:worker_threads';
import type { Endpoint } from 'comlink';

/** comlink passes functions only. */
type Listener = (event: { readonly data: unknown }) => void;

/**
 * A control port as comlink wants it, heard by `on`: for a listener of the web's kind Node makes a `MessageEvent`, and from 22 on loads all that
 * `fetch` is made of for the first one, in the host and in each thread: 25 ms, some megabytes, and WebAssembly, for which a machine may have no room.
 */
export function controlEndpoint(port: MessagePort): Endpoint {
  const heard = new Map<Listener, (data: unknown) => void>();
  return {
    postMessage: (message: unknown, transfer: readonly ArrayBuffer[] = []) =>
      port.postMessage(message, transfer),
    addEventListener: (_type: string, listener: Listener): void => {
      const hear = (data: unknown): void => listener({ data });
      heard.set(listener, hear);
      port.on('message', hear);
    },
    removeEventListener: (_type: string, listener: Listener): void => {
      const hear = heard.get(listener);
      if (hear !== undefined) port.off('message', hear);
      heard.delete(listener);
    },
    start: () => port.start(),
  };
}
