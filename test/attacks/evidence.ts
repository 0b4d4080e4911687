import { randomBytes } from 'node:crypto';

/** Random texts that an attack must not get hold of. Each stands in one place only, so that it tells where a leak came from. */
export interface Secrets {
  readonly file: string;
  readonly json: string;
  readonly envFile: string;
  readonly environment: string;
  readonly argument: string;
  readonly descriptor: string;
  readonly heap: string;
  readonly victim: string;
}

/** Makes new secrets. The one in the heap starts with a word that can be searched for in memory. */
export function makeSecrets(): Secrets {
  const nonce = (): string => randomBytes(9).toString('hex');
  return {
    file: nonce(),
    json: nonce(),
    envFile: nonce(),
    environment: nonce(),
    argument: nonce(),
    descriptor: nonce(),
    heap: `HOSTMEM-${nonce()}`,
    victim: nonce(),
  };
}

/** The text that a bundler could inline from outside of the module. */
export const STATIC_SECRET = 'STATIC-SECRET-7f3a';

/** The names of the secrets that stand in a text, plainly or in base64. */
export function leaksIn(text: string, secrets: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(secrets)
    .filter(
      ([, secret]) =>
        text.includes(secret) || text.includes(Buffer.from(secret).toString('base64').slice(0, -4)),
    )
    .map(([name]) => name);
}
