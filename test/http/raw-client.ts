import { connect, type Socket } from 'node:net';

/** A connection on which a test writes what it likes. */
export class RawClient {
  readonly #socket: Socket;
  #received = '';
  #isClosed = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new RawClient(socket)));
      socket.once('error', reject);
    });
  }

  get received(): string {
    return this.#received;
  }
  get isClosed(): boolean {
    return this.#isClosed;
  }

  write(text: string | Uint8Array): void {
    this.#socket.write(text);
  }

  /** Takes nothing of what comes. */
  pause(): void {
    this.#socket.pause();
  }

  /** Says that nothing more is to come. */
  end(): void {
    this.#socket.end();
  }

  /** Breaks the connection. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Resolves with what has come once that fits. */
  async until(fits: (received: string) => boolean): Promise<string> {
    while (!fits(this.#received)) {
      if (this.#isClosed) throw new Error(`the connection was closed after: ${this.#received.slice(0, 500)}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#received;
  }

  /** Resolves with all that has come once the connection is closed. */
  async closed(): Promise<string> {
    while (!this.#isClosed) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#received;
  }
}

/** Sends a text on a connection of its own and resolves with all that comes until that is closed. */
export async function exchange(port: number, text: string): Promise<string> {
  const client = await RawClient.open(port);
  client.write(text);
  return client.closed();
}

/** The statuses of the responses in a text. */
export function statusesIn(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
