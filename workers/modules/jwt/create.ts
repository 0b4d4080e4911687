import { type CryptoKey, SignJWT } from 'jose';
import { messageOf } from '../../../src/errors.js';
import { isMap } from '../../../src/values.js';

/** The last second that RFC 3339 can write, 9999-12-31T23:59:59Z. */
const LAST_SECOND = 253_402_300_799;

/** What a token is made with; times in whole seconds. */
export interface Signing {
  readonly key: CryptoKey;
  readonly now: number;
  readonly lifetime: number;
}

/** A new token and its times. */
export interface CreatedToken {
  readonly token: string;
  readonly expires_at: string;
  readonly issued_at: string;
}

/** Signs claims. An object's members are claims; anything else that there is becomes the claim `data`. Throws for what JSON cannot carry. */
export async function createToken(data: unknown, { key, now, lifetime }: Signing): Promise<CreatedToken> {
  const exp = Math.min(now + lifetime, LAST_SECOND);
  try {
    // The module's own times win over members of the same name.
    const claims = { ...claimsOf(data), iat: now, exp };
    const token = await new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'HS256' }).sign(key);
    return { token, expires_at: timeText(exp), issued_at: timeText(now) };
  } catch (error) {
    throw new Error(`JWT operation failed: ${messageOf(error)}`, { cause: error });
  }
}

/** Whole seconds that are not negative; undefined for anything else. */
export function lifetimeOf(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

function claimsOf(data: unknown): Readonly<Record<string, unknown>> {
  if (data === undefined) return {};
  return isMap(data) && Object.prototype.toString.call(data) === '[object Object]' ? data : { data };
}

function timeText(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
