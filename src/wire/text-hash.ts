import { randomInt } from 'node:crypto';

/**
 * A hash of text that is not trusted: without the two secret numbers nobody can make texts that collide. Each character is multiplied by a number
 * that its sender does not know, and the shift behind it keeps the next one from taking the difference back.
 */
const BITS = 32;
const SEED = randomInt(2 ** BITS) | 0;
const MULTIPLIER = randomInt(2 ** BITS) | 1;

/** The hash before the first character. */
export const HASH_START = SEED;

/** The hash with one more character in it. */
export function hashWith(hash: number, unit: number): number {
  const product = Math.imul(hash ^ unit, MULTIPLIER);
  return product ^ (product >>> 15);
}

/** The leading bits of a hash that is complete, as a number from 0. */
export function leadingBits(hash: number, count: number): number {
  return Math.imul(hash, MULTIPLIER) >>> (BITS - count);
}
