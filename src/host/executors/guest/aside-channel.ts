import { createContext } from 'node:vm';
import { MessageChannel, moveMessagePortToContext, type MessagePort } from 'node:worker_threads';
import { drainPort } from '../../log/log-port.js';

/** A port in a realm of its own, as Node leaves it there: without the methods of an emitter. */
interface AsidePort {
  onmessage: (event: { readonly data: unknown }) => void;
  onmessageerror: () => void;
  postMessage(message: string): void;
  ref(): void;
  start(): void;
  close(): void;
}

/** The host's end of the channel to a guest's thread, and the end to give away. */
export interface AsideChannel {
  readonly theirs: MessagePort;
  /** From now on what comes is handed on, and the host lives while the channel does. */
  listen(take: (message: unknown) => void, unreadable: () => void): void;
  send(text: string): void;
  /** Hands on what still lies in the channel, until that is enough. */
  drain(take: (message: unknown) => void, isEnough: () => boolean): void;
  close(): void;
}

let realm: object | undefined;

/**
 * Opens a channel whose end here stands in an empty realm. Node reads a message before anybody sees what it is, and on the way makes objects
 * of its own classes that the message names, which can load any part of Node: it does so in its own realm only, everywhere else such a message
 * is an error.
 */
export function openAsideChannel(): AsideChannel {
  realm ??= createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
  const { port1, port2 } = new MessageChannel();
  const moved = moveMessagePortToContext(port1, realm);
  const port = moved as unknown as AsidePort;
  return {
    theirs: port2,
    listen(take, unreadable) {
      port.onmessage = ({ data }) => take(data);
      port.onmessageerror = unreadable;
      port.ref();
      port.start();
    },
    send: port.postMessage.bind(port),
    drain: (take, isEnough) => drainPort(moved, take, isEnough),
    close: () => port.close(),
  };
}
