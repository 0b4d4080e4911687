import { Buffer } from 'node:buffer';
import type { webcrypto } from 'node:crypto';
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

/** Node's `SubtleCrypto` over text: keys stay here, the other side has their numbers. */
export function createSubtle(subtle: () => Subtle): Natives['subtle'] {
  const keys: CryptoKey[] = [];

  // What is read is `SubtleValue`s: only the guest's own code writes them.
  const read = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(read);
    const { $bytes, $key } = value as Readonly<Record<string, unknown>>;
    if (typeof $bytes === 'string') return new Uint8Array(Buffer.from($bytes, 'base64'));
    if (typeof $key === 'number') return keys[$key];
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, read(member)]));
  };
  const write = (value: unknown): SubtleValue => {
    if (value instanceof ArrayBuffer) return { $bytes: Buffer.from(value).toString('base64') };
    if (ArrayBuffer.isView(value)) {
      const { buffer, byteOffset, byteLength } = value;
      return { $bytes: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64') };
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    if (typeof value !== 'object' || value === null) return null;
    if (Array.isArray(value)) return value.map(write);
    if (isKey(value)) {
      const { type, extractable, algorithm, usages } = value;
      const description = { type, extractable, algorithm: write(algorithm), usages: [...usages] };
      return { $key: keys.push(value) - 1, description };
    }
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, write(member)]));
  };

  return (request, deliver) => {
    const run = async (): Promise<string> => {
      // Node loads parts of its crypto at their first use: not on what a module may have left of its stack.
      await Promise.resolve();
      const { method, args } = JSON.parse(request) as SubtleRequest;
      if (!(SUBTLE_METHODS as readonly string[]).includes(method))
        throw new TypeError(`${method} is no method`);
      const platform = subtle();
      const call = (platform as unknown as Readonly<Record<string, Method>>)[method];
      return JSON.stringify(write(await call?.apply(platform, args.map(read))));
    };
    run().then(
      (result) => deliver(true, result),
      (error: unknown) => deliver(false, JSON.stringify(failureOf(error))),
    );
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
