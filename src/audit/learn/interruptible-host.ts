import { followAbort } from '../../follow-abort.js';
import { createHost } from '../../host/create-host.js';
import type { Host } from '../../host/host.js';

/** A host that is closed as soon as the signal aborts, which ends every wait. */
export async function openHost(
  signal: AbortSignal | undefined,
): Promise<{ readonly host: Host; close(): Promise<void> }> {
  const host = await createHost({ logLevel: 'off' });
  // What closing has to say is said where it is closed, which joins the same end.
  const stop = (): void => void host.close().catch(() => undefined);
  const unfollow = followAbort(signal, stop);
  return {
    host,
    async close() {
      unfollow();
      await host.close();
    },
  };
}
