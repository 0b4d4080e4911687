import { compactVerify, type CryptoKey, errors } from 'jose';
import { isMap } from '../../../src/values.js';

/** What there is to say about a token. */
export type Verdict =
  | { readonly valid: true; readonly data: Readonly<Record<string, unknown>>; readonly expired: false }
  | { readonly valid: false; readonly data: null; readonly error: string; readonly expired: boolean };

/**
 * Verifies the signature of a token, then its time. Only HS256 is accepted, whatever the token says. A token is valid up to and including the second in `exp`,
 * which it must have; `nbf` and `aud` are the flow's to look at.
 *
 * @param now whole seconds since 1970.
 */
export async function verifyToken(
  token: string,
  { key, now }: { readonly key: CryptoKey; readonly now: number },
): Promise<Verdict> {
  if (token.split('.', 4).length !== 3) return invalid('Invalid token format');
  try {
    const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: ['HS256'] });
    // RFC 7519 forbids the payload that is not encoded, which RFC 7797 allows in other signed messages.
    if (protectedHeader.b64 === false) return failed('the payload is not encoded');
    return judge(claimsIn(payload), now);
  } catch (error) {
    return invalidBy(error);
  }
}

function judge(claims: Readonly<Record<string, unknown>> | undefined, now: number): Verdict {
  if (claims === undefined) return failed('the claims are no JSON object');
  const { exp } = claims;
  if (exp === undefined) return failed('the claim exp is missing');
  if (typeof exp !== 'number') return failed('the claim exp is no number');
  if (now > exp) return { valid: false, data: null, error: 'Token has expired', expired: true };
  return { valid: true, data: claims, expired: false };
}

function claimsIn(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return isMap(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

function invalidBy(error: unknown): Verdict {
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('Invalid token signature');
  if (error instanceof errors.JOSEAlgNotAllowed) return failed('InvalidAlgorithm');
  // What the library says of a malformed token names its parts, never their content.
  if (error instanceof errors.JOSEError) return failed(error.message);
  throw error;
}

function failed(reason: string): Verdict {
  return invalid(`Token validation failed: ${reason}`);
}

function invalid(error: string): Verdict {
  return { valid: false, data: null, error, expired: false };
}
