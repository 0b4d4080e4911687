import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** One request that is being answered. */
export class OpenExchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly #calls: (() => void)[] = [];
  /** True: the client sends its body only once it is asked for (`expect: 100-continue`). */
  #isHolding: boolean;
  #isOver = false;

  constructor(message: IncomingMessage, response: ServerResponse, isHolding: boolean) {
    this.message = message;
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
  /** Ends it, since what it has sent last is no HTTP. */
  #refusal: (() => void) | undefined;
  #isRefused = false;
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

  /** True: what it has sent last is no HTTP. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** True while no part of an answer has left: what is written now is taken for one. */
  get isQuiet(): boolean {
    for (const { response } of this.#open) if (response.headersSent) return false;
    return true;
  }

  /** Nothing that comes from now on counts. Calls `end` when the requests that came whole are answered. */
  refuse(end: () => void): void {
    this.#isRefused = true;
    this.#refusal = end;
    this.#endIfAnswered();
  }

  #endIfAnswered(): void {
    for (const { message } of this.#open) if (message.complete) return;
    const end = this.#refusal;
    this.#refusal = undefined;
    end?.();
  }

  begin(message: IncomingMessage, response: ServerResponse, isHolding: boolean): OpenExchange {
    const exchange = new OpenExchange(message, response, isHolding);
    this.#open.add(exchange);
    response.once('close', () => {
      if (!this.#open.delete(exchange)) return;
      exchange.close();
      this.#endIfAnswered();
      if (this.#open.size === 0) this.#onIdle(this);
    });
    return exchange;
  }
}
