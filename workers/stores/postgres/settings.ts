import type { ServerName } from '../store-down.js';
import type { ClientOptions, TlsOptions } from './client.js';

/** How a connection is protected. */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify';

/** Where a server is and how it is reached. */
export interface ServerSettings {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly sslMode: SslMode;
  /** Certificates in PEM that `verify` trusts; undefined: those that Node.js does. */
  readonly ca: string | undefined;
  readonly connectTimeoutMs: number;
}

/** What TLS is begun with; false for none. A socket of this machine has none. */
export function tlsOf({ sslMode, ca, host }: ServerSettings): false | TlsOptions {
  if (sslMode === 'disable' || host.startsWith('/')) return false;
  if (sslMode !== 'verify') return { rejectUnauthorized: false };
  return ca === undefined ? { rejectUnauthorized: true } : { rejectUnauthorized: true, ca };
}

/** The options of a client of `pg`. Each is given: for what is not, `pg` asks the environment. */
export function clientOptions(settings: ServerSettings, ssl: false | TlsOptions): ClientOptions {
  const { host, port, user, password, database, connectTimeoutMs } = settings;
  return {
    host,
    port,
    user,
    password,
    database,
    ssl,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: 'phlow',
  };
}

/** How the server is named in messages. */
export function serverName({ host, port }: ServerSettings): ServerName {
  return { kind: 'postgres', place: `${host}:${port}` };
}
