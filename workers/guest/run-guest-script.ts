import { Script } from 'node:vm';
import type { GuestLink } from './guest-link.js';

/** What the guest's own script evaluates to. */
type StartGuest = (link: GuestLink) => void;

/**
 * Compiles and runs the guest's own script: the compartment library, the lockdown of the realm, and our code. Deliberately without a
 * callback for dynamic imports, so that nothing it evaluates, now or later, can reach Node's loader.
 */
export function runGuestScript(
  source: string,
  cachedData: Uint8Array | undefined,
): { readonly start: StartGuest; readonly cache: () => string } {
  const hasCache = cachedData !== undefined && cachedData.length > 0;
  const script = new Script(source, {
    filename: 'phlow:guest',
    ...(hasCache ? { cachedData: Buffer.from(cachedData) } : {}),
  });
  const start = script.runInThisContext() as StartGuest;
  return { start, cache: () => script.createCachedData().toString('base64') };
}
