import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** One request that is being answered. */
export class OpenExchange {
  readonly response: ServerResponse;
  readonly #calls: (() => void)[] = [];
  /** True: the client sends its body only when it is told to (`expect: 100-continue`). */
  #isHolding: boolean;
  #isOver = false;

  constructor(response: ServerResponse, isHolding: boolean) {
    this.response = response;
    this.#isHolding = isHolding;
  }

  /** False once the client sends its body, or has sent it. */
  get isHolding(): boolean {
    return this.#isHolding;
  }

  /** Has the client send its body. */
  proceed(): void {
    if (this.#isHolding) this.response.writeContinue();
    this.#isHolding = false;
  }

  /** Calls back once it is over: answered, or given up by the client. */
  onClose(call: () => void): void {
    if (this.#isOver) call();
    else this.#calls.push(call);
  }

  close(): void {
    this.#isOver = true;
    for (const call of this.#calls.splice(0)) call();
  }
}

/** One connection of a client, with its requests that are being answered. */
export class Connection {
  readonly socket: Socket;
  /** What it sent is no HTTP: an answer says so, and there is nothing more to say. */
  isRefused = false;
  readonly #open = new Set<OpenExchange>();
  readonly #onIdle: (connection: Connection) => void;

  /** `onIdle` is called when its last request was answered. */
  constructor(socket: Socket, onIdle: (connection: Connection) => void) {
    this.socket = socket;
    this.#onIdle = onIdle;
    // Of answers that wait for others on the same connection Node does not say that they are over when that ends.
    socket.once('close', () => {
      for (const exchange of this.#open) exchange.close();
      this.#open.clear();
    });
  }

  /** Requests that are being answered. */
  get size(): number {
    return this.#open.size;
  }

  /** False once a part of an answer has left, or where there are several to come: another one would be taken for theirs. */
  get isQuiet(): boolean {
    if (this.#open.size > 1) return false;
    for (const { response } of this.#open) return !response.headersSent;
    return true;
  }

  begin(response: ServerResponse, isHolding: boolean): OpenExchange {
    const exchange = new OpenExchange(response, isHolding);
    this.#open.add(exchange);
    response.once('close', () => {
      if (!this.#open.delete(exchange)) return;
      exchange.close();
      if (this.#open.size === 0) this.#onIdle(this);
    });
    return exchange;
  }
}
