import { Buffer } from 'node:buffer';
import type { webcrypto } from 'node:crypto';
import { checkSubtleWork } from './subtle-bounds.js';
import {
  SUBTLE_METHODS,
  type Natives,
  type SubtleFailure,
  type SubtleRequest,
  type SubtleValue,
} from './web/natives.js';

type Subtle = typeof crypto.subtle;
type CryptoKey = webcrypto.CryptoKey;
type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** What a key takes besides the bytes that it was made of. */
const KEY_BYTES = 2_048;
/** Calls that may wait for those before them. */
const MAX_WAITING = 1_000;

/** Node's `SubtleCrypto` over text: keys stay here, the other side has their numbers and says when it needs one no more. */
export function createSubtle(subtle: () => Subtle): Pick<Natives, 'subtle' | 'releaseKey'> {
  const keys = new Map<number, CryptoKey>();
  let lastKey = 0;
  let waiting = 0;
  /** One at a time: the threads that compute are needed by others. */
  let turn: Promise<unknown> = Promise.resolve();

  // What is read is `SubtleValue`s: only the guest's own code writes them.
  const read = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(read);
    const { $bytes, $key } = value as Readonly<Record<string, unknown>>;
    if (typeof $bytes === 'string') return new Uint8Array(Buffer.from($bytes, 'base64'));
    if (typeof $key === 'number') return keys.get($key);
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, read(member)]));
  };
  const write = (value: unknown, bytes: number): SubtleValue => {
    if (value instanceof ArrayBuffer) return { $bytes: Buffer.from(value).toString('base64') };
    if (ArrayBuffer.isView(value)) {
      const { buffer, byteOffset, byteLength } = value;
      return { $bytes: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64') };
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    if (typeof value !== 'object' || value === null) return null;
    if (Array.isArray(value)) return value.map((member) => write(member, bytes));
    if (isKey(value)) {
      const { type, extractable, algorithm, usages } = value;
      const description = { type, extractable, algorithm: write(algorithm, 0), usages: [...usages] };
      const key = ++lastKey;
      keys.set(key, value);
      return { $key: key, description, bytes: KEY_BYTES + bytes };
    }
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, write(member, bytes)]));
  };

  const run = async (request: string): Promise<string> => {
    const { method, args } = JSON.parse(request) as SubtleRequest;
    if (!(SUBTLE_METHODS as readonly string[]).includes(method))
      throw new TypeError(`${method} is no method`);
    if (waiting >= MAX_WAITING) throw new Error(`${waiting} calls wait already, the most that may`);
    // Before others: the keys are let go once the other side has no use for them.
    const values = args.map(read);
    checkSubtleWork(values);
    waiting++;
    // Node loads parts of its crypto at their first use: not on what a module may have left of its stack.
    const result = turn.then(() => {
      const platform = subtle();
      return (platform as unknown as Readonly<Record<string, Method>>)[method]?.apply(platform, values);
    });
    turn = result.then(
      () => waiting--,
      () => waiting--,
    );
    return JSON.stringify(write(await result, method === 'importKey' ? request.length : 0));
  };

  return {
    subtle(request, deliver) {
      run(request).then(
        (result) => deliver(true, result),
        (error: unknown) => deliver(false, JSON.stringify(failureOf(error))),
      );
    },
    releaseKey: (key) => void keys.delete(key),
  };
}

function isKey(value: object): value is CryptoKey {
  return 'algorithm' in value && 'usages' in value && 'extractable' in value;
}

function failureOf(error: unknown): SubtleFailure {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'OperationError', message: 'The operation failed' };
}
