import { readFileSync } from 'node:fs';
import { messageOf, PhlowError } from '../errors.js';
import { AS, readOptions, type Rules } from '../options.js';

/** Where a NATS server is, and who connects to it. A text in its place is the URL. */
export interface NatsOptions {
  /** One URL or several of one cluster: `nats://HOST:PORT`, `tls://HOST:PORT`, with `USER:PASSWORD@` or `TOKEN@` before the host where that is wanted. */
  readonly servers: string | readonly string[];
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
  /** Path of a credentials file (JWT and seed), as `nsc` writes it. */
  readonly credentials?: string;
  /** The seed of an NKey. */
  readonly nkey?: string;
  /** Encrypts the connection. The members are paths of PEM files; none are needed where the server's certificate is signed by a known authority. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** What the connection is called in the server's monitoring. Default `phlow`. */
  readonly name?: string;
}

const TLS: Rules<NonNullable<NatsOptions['tls']>> = { ca: AS.text, cert: AS.text, key: AS.text };

export const NATS_OPTIONS: Rules<NatsOptions> = {
  servers: AS.either(AS.text, AS.texts),
  token: AS.text,
  user: AS.text,
  password: AS.text,
  credentials: AS.text,
  nkey: AS.text,
  tls: AS.options(TLS),
  name: AS.text,
};

/** The options that the client takes, as far as phlow uses them. */
export interface ClientOptions {
  readonly servers: string[];
  readonly name: string;
  readonly token?: string;
  readonly user?: string;
  readonly pass?: string;
  readonly credentials?: Uint8Array;
  readonly nkey?: Uint8Array;
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
}

const ATTEMPT = 'Cannot connect to NATS';

/** What the environment says: `PHLOW_NATS`, with `PHLOW_NATS_TOKEN` or `PHLOW_NATS_USER` and `PHLOW_NATS_PASSWORD`. Undefined where it says nothing. */
export function natsFromEnv(env: Readonly<Record<string, string | undefined>>): NatsOptions | undefined {
  const { PHLOW_NATS: servers = '', PHLOW_NATS_TOKEN: token, PHLOW_NATS_USER: user } = env;
  if (servers === '') return undefined;
  const password = env['PHLOW_NATS_PASSWORD'];
  return {
    servers: servers.split(',').map((url) => url.trim()),
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}

/** Reads what an application or a person has given. Throws PHLOW_OPTION_INVALID; no message holds a password or a token. */
export function readNatsOptions(given: string | NatsOptions): ClientOptions {
  const options = readOptions(ATTEMPT, typeof given === 'string' ? { servers: given } : given, NATS_OPTIONS);
  const { token, user, password, credentials, nkey, tls, name = 'phlow' } = options;
  const urls = [options.servers].flat().map(readUrl);
  const [first] = urls;
  if (first === undefined) throw invalid('it needs the URL of a server in "servers"');
  const isEncrypted = urls.some(({ protocol }) => protocol === 'tls:');
  const inUrl =
    first.password === ''
      ? { token: decoded(first.username) }
      : { user: decoded(first.username), pass: decoded(first.password) };
  return {
    servers: urls.map(({ host }) => host),
    name,
    ...(first.username === '' ? {} : inUrl),
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(credentials === undefined ? {} : { credentials: fileOf(credentials) }),
    ...(nkey === undefined ? {} : { nkey: new TextEncoder().encode(nkey) }),
    ...(tls === undefined && !isEncrypted ? {} : { tls: filesOf(tls ?? {}) }),
  };
}

function readUrl(text: string): URL {
  const url = urlOf(text.includes('://') ? text : `nats://${text}`);
  // Without the text: it may hold a password.
  if (url === undefined || url.hostname === '')
    throw invalid('a URL of a server must be nats://HOST:PORT or tls://HOST:PORT');
  if (url.protocol !== 'nats:' && url.protocol !== 'tls:')
    throw invalid(`a URL of a server begins with nats:// or tls://, found ${url.protocol}//`);
  return url;
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function fileOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw invalid(`the credentials cannot be read (${messageOf(cause)})`, cause);
  }
}

function filesOf({ ca, cert, key }: NonNullable<NatsOptions['tls']>): NonNullable<ClientOptions['tls']> {
  return {
    ...(ca === undefined ? {} : { caFile: ca }),
    ...(cert === undefined ? {} : { certFile: cert }),
    ...(key === undefined ? {} : { keyFile: key }),
  };
}

function invalid(problem: string, cause?: unknown): PhlowError {
  return new PhlowError('PHLOW_OPTION_INVALID', `${ATTEMPT}: ${problem}`, {
    cause,
    details: { option: 'nats' },
  });
}
