import { bytesOf, typedArrayName } from './buffer-source.js';
import { domError } from './dom-exception.js';
import { SUBTLE_METHODS, type SubtleFailure, type SubtleRequest, type SubtleValue } from './natives.js';
import { outside } from './outside.js';
import { fromSubtleValue, toSubtleValue } from './subtle-values.js';

const MAX_ARGUMENTS = 8;
/** The standard's. */
const MAX_RANDOM_BYTES = 65_536;

/** The `crypto` of a module, as far as it was granted; undefined when it was not. */
export function createCrypto(granted: readonly ('random' | 'subtle')[]): object | undefined {
  if (granted.length === 0) return undefined;
  return {
    ...(granted.includes('random') ? { getRandomValues, randomUUID } : {}),
    ...(granted.includes('subtle') ? { subtle: createSubtle() } : {}),
    [Symbol.toStringTag]: 'Crypto',
  };
}

function getRandomValues(target?: unknown): unknown {
  const name = typedArrayName(target);
  const bytes = name === undefined || name.startsWith('Float') ? undefined : bytesOf(target);
  if (bytes === undefined)
    throw domError('TypeMismatchError', 'Cannot make random values: the target is not an array of integers');
  if (bytes.length > MAX_RANDOM_BYTES)
    throw domError(
      'QuotaExceededError',
      `Cannot make random values: ${bytes.length} bytes were asked for, ${MAX_RANDOM_BYTES} is the most`,
    );
  // Into memory of our own: nobody else sees the array while it is filled.
  const random = new Uint8Array(bytes.length);
  outside().natives.fillRandom(random);
  bytes.set(random);
  return target;
}

function randomUUID(): string {
  return outside().natives.randomUUID();
}

function createSubtle(): object {
  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const request: SubtleRequest = {
        method,
        args: args.slice(0, MAX_ARGUMENTS).map((arg) => toSubtleValue(arg)),
      };
      outside().natives.subtle(JSON.stringify(request), (ok, result) => {
        if (ok) resolve(fromSubtleValue(JSON.parse(result) as SubtleValue));
        else reject(failure(method, JSON.parse(result) as SubtleFailure));
      });
    });
  return {
    ...Object.fromEntries(SUBTLE_METHODS.map((name) => [name, (...args: unknown[]) => call(name, args)])),
    [Symbol.toStringTag]: 'SubtleCrypto',
  };
}

/** What some versions of Node call otherwise. */
const NAMES: Readonly<Record<string, string | undefined>> = {
  __proto__: null as never,
  Error: 'OperationError',
  InvalidAccessException: 'InvalidAccessError',
};

function failure(method: string, { name, message }: SubtleFailure): Error {
  const text = `Cannot do crypto.subtle.${method}: ${message}`;
  if (name === 'TypeError') return new TypeError(text);
  if (name === 'RangeError') return new RangeError(text);
  return domError(NAMES[name] ?? name, text);
}
