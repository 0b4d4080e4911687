import type { CryptoKey } from 'jose';
import { createStep } from '../../../src/sdk/index.js';
import { textOf, type ValueMap } from '../../../src/values.js';
import { createToken, lifetimeOf } from './create.js';
import { verifyToken } from './verify.js';

interface JwtInput {
  readonly action: 'create' | 'verify';
  readonly data?: unknown;
  readonly token?: unknown;
  readonly expires_in?: unknown;
}

interface JwtSettings extends ValueMap {
  readonly secret: string | number | boolean | ValueMap;
}

interface JwtState {
  /** Cannot be exported: nothing that is logged or replied can contain it. */
  readonly key: CryptoKey;
  /** Seconds. */
  readonly lifetime: number;
}

const HS256 = { name: 'HMAC', hash: 'SHA-256' };

/** The jwt module: HS256 tokens, and no other algorithm. */
export default createStep<JwtInput, JwtSettings, JwtState>({
  async start({ with: settings }) {
    const bytes = new TextEncoder().encode(textOf(settings.secret));
    return {
      key: await crypto.subtle.importKey('raw', bytes, HS256, false, ['sign', 'verify']),
      lifetime: lifetimeOf(settings['expires_in']) ?? 3_600,
    };
  },

  async handler({ input }, { clock, log }, { key, lifetime }) {
    const now = Math.floor(clock.date() / 1_000);
    if (input.action === 'create')
      return createToken(input.data, { key, now, lifetime: lifetimeOf(input.expires_in) ?? lifetime });
    const verdict = await verifyToken(textOf(input.token), { key, now });
    if (!verdict.valid) log.warn(`JWT token verification failed: ${verdict.error}`);
    return verdict;
  },

  invalid([violation]) {
    throw new Error(`Invalid input: ${violation.message}`);
  },
});
