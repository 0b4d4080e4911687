import { createHash } from 'node:crypto';

/** The hash of a text in the form that lock files use: `sha512-BASE64`. */
export function textIntegrity(text: string): string {
  return `sha512-${createHash('sha512').update(text).digest('base64')}`;
}
