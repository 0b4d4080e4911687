import { peerPackage } from '../../../src/peer-package.js';

// The parts of the package `pg` that are used here. Its types are a package of their own, which nobody should have to install.

/** A connection as `pg` has it: it writes messages of the protocol, and emits those that come. */
export interface Wire {
  readonly stream: { destroy(error?: Error): void };
  on(event: string, listener: (message: never) => void): unknown;
  once(event: string, listener: (message: never) => void): unknown;
  removeListener(event: string, listener: (message: never) => void): unknown;
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
  query(text: string): void;
  parse(statement: { readonly name: string; readonly text: string }): void;
  describe(what: { readonly type: 'S'; readonly name: string }): void;
  bind(portal: { readonly statement: string; readonly values: readonly (string | null)[] }): void;
  execute(how: { readonly portal: string; readonly rows: number }): void;
  close(what: { readonly type: 'S' | 'P'; readonly name: string }): void;
  flush(): void;
  sync(): void;
  sendCopyFail(reason: string): void;
}

/** What a client is asked to do: `pg` hands it the messages that come until the server is ready again. */
export interface Submittable {
  submit(wire: Wire): void;
  handleRowDescription(message: { readonly fields: readonly Field[] }): void;
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handlePortalSuspended(): void;
  handleEmptyQuery(): void;
  handleCopyInResponse(): void;
  handleCopyData(): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
}

/** A column of a result. */
export interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** One client of `pg`, which is one connection. */
export interface Client {
  readonly connection: Wire;
  readonly processID: number;
  readonly secretKey: number;
  connect(): Promise<unknown>;
  query(request: Submittable): unknown;
  end(): Promise<void>;
  on(event: 'error' | 'end', listener: (error: Error) => void): unknown;
}

/** What a connection is made with. */
export interface ClientOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: false | TlsOptions;
  readonly connectionTimeoutMillis: number;
  readonly keepAlive: true;
  readonly application_name: string;
}

/** What TLS is begun with. */
export interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
}

interface Package {
  readonly Client: new (options: ClientOptions) => Client;
  readonly Connection: new (options: { readonly ssl: false | TlsOptions }) => Wire;
}

/** The package, loaded when it is first needed. Throws PHLOW_PEER_MISSING. */
export function pg(): Package {
  return peerPackage('pg', 'Cannot connect to postgres') as Package;
}
