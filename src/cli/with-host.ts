import { followAbort } from '../follow-abort.js';
import type { Host } from '../index.js';
import { library } from './library.js';

/** Opens a host for one command and closes it however the command ends; an interruption closes it at once, which ends every wait. */
export async function withHost<T>(
  signal: AbortSignal,
  use: (host: Host) => Promise<T>,
  nats?: string,
): Promise<T> {
  const { createHost } = await library();
  const host = await createHost(nats === undefined ? {} : { nats });
  const stop = (): void => {
    // What closing has to say is said by the call in `finally`, which joins the same end.
    host.close().catch(() => undefined);
  };
  const unfollow = followAbort(signal, stop);
  try {
    return await use(host);
  } finally {
    unfollow();
    await host.close();
  }
}
