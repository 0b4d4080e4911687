/**
 * What a single call of `crypto.subtle` may take. The threads that compute are the process's: where guests are threads, the host reads files
 * with the same ones.
 */
const MAX_MODULUS_BITS = 4_096;
const MAX_OUTPUT_BITS = 8 * 1_048_576;
/** Iterations times blocks of the output; a second or two. */
const MAX_PBKDF2_ROUNDS = 10_000_000;
/** The smallest output of a hash that there is. */
const BLOCK_BITS = 160;
const MAX_ARGON2_KIB = 65_536;
const MAX_ARGON2_PASSES = 16;

type Members = Readonly<Record<string, unknown>>;

/** Throws when a call asks for more than any use of it needs. */
export function checkSubtleWork(args: readonly unknown[]): void {
  let bits = 0;
  let rounds = 0;
  for (const arg of args) {
    if (typeof arg === 'number') bits = Math.max(bits, arg);
    if (!isMembers(arg)) continue;
    const { length, outputLength, modulusLength, iterations, memory, passes } = arg;
    bits = Math.max(bits, numberOf(length), numberOf(outputLength));
    rounds = Math.max(rounds, numberOf(iterations));
    needAtMost(numberOf(modulusLength), MAX_MODULUS_BITS, 'bits of an RSA key');
    needAtMost(numberOf(memory), MAX_ARGON2_KIB, 'KiB of memory');
    needAtMost(numberOf(passes), MAX_ARGON2_PASSES, 'passes');
  }
  needAtMost(bits, MAX_OUTPUT_BITS, 'bits');
  const blocks = Math.max(1, Math.ceil(bits / BLOCK_BITS));
  needAtMost(rounds, Math.floor(MAX_PBKDF2_ROUNDS / blocks), `iterations for ${bits} bits`);
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function numberOf(value: unknown): number {
  return Number(typeof value === 'string' || typeof value === 'number' ? value : 0) || 0;
}

function needAtMost(found: number, most: number, what: string): void {
  if (found <= most) return;
  const error = new Error(`${found} ${what} were asked for, ${most} is the most here`);
  error.name = 'OperationError';
  throw error;
}
