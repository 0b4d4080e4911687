import { messageOf } from '../../../src/errors.js';
import { followAbort } from '../../../src/follow-abort.js';
import { Timer } from '../../../src/timer.js';
import { type Client, pg, type TlsOptions } from './client.js';
import { clientOptions, type ServerSettings, tlsOf } from './settings.js';

/** A client that the server has let in. */
export interface Connected {
  readonly client: Client;
  /** What protects the connection; false for nothing. */
  readonly ssl: false | TlsOptions;
  /** How the server writes dates, as its `DateStyle` says. */
  readonly dateStyle: string;
}

/** The words of `pg` for a server that has no TLS. */
const NO_TLS = 'The server does not support SSL connections';

/** Connects and signs in. `prefer` does without TLS where the server has none. Rejects with what went wrong; the signal ends the attempt. */
export async function connect(settings: ServerSettings, signal: AbortSignal): Promise<Connected> {
  const ssl = tlsOf(settings);
  try {
    return await attempt(settings, ssl, signal);
  } catch (error) {
    if (ssl === false || settings.sslMode !== 'prefer' || messageOf(error) !== NO_TLS) throw error;
    return attempt(settings, false, signal);
  }
}

async function attempt(
  settings: ServerSettings,
  ssl: false | TlsOptions,
  signal: AbortSignal,
): Promise<Connected> {
  signal.throwIfAborted();
  const { Client } = pg();
  const client = new Client(clientOptions(settings, ssl));
  let dateStyle = 'ISO';
  client.connection.on(
    'parameterStatus',
    (message: { readonly parameterName: string; readonly parameterValue: string }) => {
      if (message.parameterName === 'DateStyle') dateStyle = message.parameterValue;
    },
  );
  // The attempt itself rejects with it; without a listener it would end the module as well.
  client.on('error', () => undefined);
  const unfollow = followAbort(signal, () => client.connection.stream.destroy());
  try {
    await client.connect();
    return { client, ssl, dateStyle };
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  } finally {
    unfollow();
  }
}

/** Asks the server, on a connection of its own, to end what a client is running; resolves when it has taken note, or after `timeoutMs`. */
export function requestCancel(
  { host, port }: ServerSettings,
  { client, ssl }: Pick<Connected, 'client' | 'ssl'>,
  timeoutMs: number,
): Promise<void> {
  const { Connection } = pg();
  const wire = new Connection({ ssl });
  return new Promise((resolve) => {
    const timer = new Timer(timeoutMs, () => wire.stream.destroy());
    const send = (): void => wire.cancel(client.processID, client.secretKey);
    wire.on('connect', ssl === false ? send : () => wire.requestSsl());
    wire.on('sslconnect', send);
    wire.on('error', () => wire.stream.destroy());
    wire.on('end', () => {
      timer.clear();
      resolve();
    });
    if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`);
    else wire.connect(port, host);
  });
}
