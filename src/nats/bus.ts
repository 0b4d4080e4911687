import type * as Client from '@nats-io/transport-node';
import { messageOf, PhlowError } from '../errors.js';
import { peerPackage } from '../peer-package.js';
import { Timer } from '../timer.js';
import { readNatsOptions, type ClientOptions, type NatsOptions } from './nats-options.js';

/** A message as it came in. */
export interface BusMessage {
  readonly subject: string;
  /** Where an answer goes; undefined where none is wanted. */
  readonly reply: string | undefined;
  readonly data: Uint8Array;
  /** Nobody had subscribed to the subject that a message of ours with this reply was for. */
  readonly isUnheard: boolean;
}

/** Messages of a subject that come in until it is ended. */
export interface BusSubscription {
  /** No more messages come; those that the server has already sent are still handed on. Resolves when all of them were. */
  drain(): Promise<void>;
  end(): void;
  /** Whether the server has refused it, which it has said by the next `flush`. */
  readonly isRefused: boolean;
}

const NO_RESPONDERS = 503;
const CONNECT_MS = 5_000;
const CLOSE_MS = 1_000;
const RECONNECT_MS = 200;
/** A server that does not answer two of these pings is gone. */
const PING_MS = 5_000;

const ATTEMPT = 'Cannot connect to NATS';

/** A connection to a NATS server, which comes back by itself when it is lost. */
export class Bus {
  readonly #connection: Client.NatsConnection;
  readonly #where: string;
  readonly #listeners = new Set<(isConnected: boolean) => void>();
  readonly #refusals = new Set<(subject: string) => void>();
  #isConnected = true;

  private constructor(connection: Client.NatsConnection, where: string) {
    this.#connection = connection;
    this.#where = where;
    void this.#watch();
  }

  /** Connects. Throws PHLOW_NATS_FAILED, PHLOW_PEER_MISSING, PHLOW_OPTION_INVALID. */
  static async connect(given: string | NatsOptions): Promise<Bus> {
    const options = readNatsOptions(given);
    const client = peerPackage('@nats-io/transport-node', ATTEMPT) as typeof Client;
    const where = options.servers.join(', ');
    try {
      return new Bus(await client.connect(clientOptions(client, options)), where);
    } catch (cause) {
      const message = `${ATTEMPT} at ${where}: ${problemOf(client, cause)}`;
      throw new PhlowError('PHLOW_NATS_FAILED', message, { cause, details: { servers: options.servers } });
    }
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Where the server is, without who connects. */
  get where(): string {
    return this.#where;
  }

  /** Bytes that one message may have. */
  get maxPayload(): number {
    return this.#connection.info?.max_payload ?? 1_048_576;
  }

  /** Sends a message. What is sent while the connection is lost is sent when it is back; once it is closed, nobody waits for anything. */
  publish(subject: string, data: string | Uint8Array, reply?: string): void {
    if (this.#connection.isClosed()) return;
    this.#connection.publish(subject, data, reply === undefined ? undefined : { reply });
  }

  /** Takes the messages of a subject; of several that subscribe with the same `queue`, one gets each message. Throws PHLOW_NATS_FAILED once it is closed. */
  subscribe(subject: string, take: (message: BusMessage) => void, queue?: string): BusSubscription {
    if (this.#connection.isClosed())
      throw new PhlowError(
        'PHLOW_NATS_FAILED',
        `Cannot use NATS at ${this.#where}: the connection is closed`,
      );
    let isRefused = false;
    const subscription = this.#connection.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error !== null) {
          isRefused = true;
          return;
        }
        const { data } = message;
        const isUnheard = data.length === 0 && message.headers?.code === NO_RESPONDERS;
        take({ subject: message.subject, reply: message.reply, data, isUnheard });
      },
    });
    // A subscription that is refused must not become an unhandled rejection.
    subscription.closed.catch(() => undefined);
    return {
      drain: () => subscription.drain().catch(() => undefined),
      end: () => subscription.unsubscribe(),
      get isRefused() {
        return isRefused;
      },
    };
  }

  /** Asks one of those who have subscribed; undefined when nobody has. Throws PHLOW_NATS_FAILED when no answer comes. */
  async request(subject: string, data: string, timeoutMs: number): Promise<Uint8Array | undefined> {
    try {
      return (await this.#connection.request(subject, data, { timeout: timeoutMs })).data;
    } catch (cause) {
      const { errors } = peerPackage('@nats-io/transport-node', ATTEMPT) as typeof Client;
      const isUnheard =
        cause instanceof errors.NoRespondersError ||
        (cause instanceof errors.RequestError && cause.isNoResponders());
      if (isUnheard) return undefined;
      const message = `Cannot ask for ${subject} over NATS at ${this.#where}: ${messageOf(cause)}`;
      throw new PhlowError('PHLOW_NATS_FAILED', message, { cause });
    }
  }

  /** Resolves when the server has all that was sent and subscribed before. Throws PHLOW_NATS_FAILED. */
  async flush(): Promise<void> {
    try {
      await this.#connection.flush();
    } catch (cause) {
      const message = `Cannot send over NATS at ${this.#where}: ${messageOf(cause)}`;
      throw new PhlowError('PHLOW_NATS_FAILED', message, { cause });
    }
  }

  /** Calls back when the connection is lost, and when it is there again, until the function that it returns is called. */
  onChange(listener: (isConnected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls back with each subject that the server does not let this user publish to, until the function that it returns is called. */
  onRefusal(listener: (subject: string) => void): () => void {
    this.#refusals.add(listener);
    return () => void this.#refusals.delete(listener);
  }

  /** Closes it once the server has what was sent, or has not taken it in time. */
  async close(): Promise<void> {
    if (this.#connection.isClosed()) return;
    if (this.#isConnected) {
      let timer: Timer | undefined;
      const late = new Promise<void>((resolve) => (timer = new Timer(CLOSE_MS, resolve)));
      await Promise.race([this.#connection.flush().catch(() => undefined), late]);
      timer?.clear();
    }
    await this.#connection.close();
  }

  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') this.#change(false);
      else if (status.type === 'reconnect') this.#change(true);
      else if (status.type === 'error') this.#onError(status.error);
    }
    this.#change(false);
  }

  #onError(error: Error): void {
    const { operation, subject } = error as Partial<Client.PermissionViolationError>;
    if (operation !== 'publish' || subject === undefined) return;
    for (const listener of this.#refusals) listener(subject);
  }

  #change(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    for (const listener of this.#listeners) listener(isConnected);
  }
}

function clientOptions(client: typeof Client, options: ClientOptions): Client.NodeConnectionOptions {
  const { credentials, nkey, ...others } = options;
  const authenticator =
    credentials !== undefined
      ? client.credsAuthenticator(credentials)
      : nkey === undefined
        ? undefined
        : client.nkeyAuthenticator(nkey);
  return {
    ...others,
    ...(authenticator === undefined ? {} : { authenticator }),
    timeout: CONNECT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    pingInterval: PING_MS,
    // A stack for each request costs more than the request.
    noAsyncTraces: true,
  };
}

/** What is wrong in words that say what to do, and that hold no secret. */
function problemOf({ errors }: typeof Client, cause: unknown): string {
  if (cause instanceof errors.AuthorizationError || cause instanceof errors.UserAuthenticationExpiredError)
    return 'the server refuses the user; give the token, or the user and password, that it asks for';
  const { message } = cause as Error;
  return /ECONNREFUSED|connection refused/.test(message)
    ? 'no server listens there; start one (nats-server), or give another URL'
    : messageOf(cause);
}
