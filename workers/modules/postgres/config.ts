import { readFileSync } from 'node:fs';
import { messageOf, PhlowError } from '../../../src/errors.js';
import { textOf, type ValueMap } from '../../../src/values.js';
import type { ServerSettings, SslMode } from '../../stores/postgres/settings.js';

/** The settings, as the manifest has checked them and filled in its defaults. */
export interface PostgresSettings extends ValueMap {
  readonly max_pool_size: number;
  readonly connect_timeout: number;
  readonly transaction_timeout: number;
}

/** The settings in the module's own units. */
export interface Config {
  readonly server: ServerSettings;
  readonly poolSize: number;
  /** What the fields of these names are where a call does not say. */
  readonly batch: boolean;
  readonly cacheQuery: boolean;
  readonly transactionTimeoutMs: number;
}

/** Puts settings into the form that the module works with. Throws PHLOW_WITH_INVALID for certificates that cannot be read. */
export function configOf(settings: PostgresSettings): Config {
  const read = (name: string, otherwise: string): string => optionalText(settings[name]) ?? otherwise;
  return {
    server: {
      host: read('host', 'localhost'),
      port: portOf(optionalText(settings['port'])),
      user: read('user', 'postgres'),
      password: read('password', 'postgres'),
      database: read('database', 'postgres'),
      sslMode: (settings['ssl_mode'] as SslMode | null | undefined) ?? 'prefer',
      ca: certificatesOf(optionalText(settings['ca'])),
      connectTimeoutMs: settings.connect_timeout * 1_000,
    },
    poolSize: settings.max_pool_size,
    batch: settings['batch'] !== false,
    cacheQuery: settings['cache_query'] !== false,
    transactionTimeoutMs: settings.transaction_timeout * 1_000,
  };
}

/** A variable that is not there arrives as null. */
function optionalText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : textOf(value);
}

const DEFAULT_PORT = 5432;

function portOf(text: string | undefined): number {
  const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : DEFAULT_PORT;
  return port >= 1 && port <= 65_535 ? port : DEFAULT_PORT;
}

function certificatesOf(ca: string | undefined): string | undefined {
  if (ca === undefined || ca.includes('-----BEGIN')) return ca;
  try {
    return readFileSync(ca, 'utf8');
  } catch (cause) {
    throw new PhlowError('PHLOW_WITH_INVALID', `Cannot read the certificates of 'ca': ${messageOf(cause)}`, {
      cause,
    });
  }
}
