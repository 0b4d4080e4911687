import type { GuestPowers } from '../../src/wire/guest-boot.js';
import { hardenThrown } from './harden-platform.js';

const METHODS = [
  'decrypt',
  'deriveBits',
  'deriveKey',
  'digest',
  'encrypt',
  'exportKey',
  'generateKey',
  'importKey',
  'sign',
  'unwrapKey',
  'verify',
  'wrapKey',
] as const;

type Method = (...args: unknown[]) => Promise<unknown>;

type PlatformCrypto = typeof crypto;

/** How the platform hands out its crypto; taken before the realm is emptied. */
const platformCrypto = Object.getOwnPropertyDescriptor(globalThis, 'crypto');

let known: PlatformCrypto | undefined;

/** The platform's crypto. It loads it when it is asked for the first time, which takes a tenth of a start: only modules that use it pay. */
function realCrypto(): PlatformCrypto {
  if (known !== undefined) return known;
  const real = platformCrypto?.get?.call(globalThis) as PlatformCrypto;
  hardenThrown([() => real.getRandomValues({} as never), () => real.getRandomValues(new Uint8Array(70_000))]);
  known = real;
  return real;
}

/** The `crypto` global of a module, as far as it was granted; undefined when it was not. */
export function createCrypto(granted: GuestPowers['crypto']): object | undefined {
  const random = {
    getRandomValues: (target: unknown) => realCrypto().getRandomValues(target as Uint8Array),
    randomUUID: () => realCrypto().randomUUID(),
  };
  const parts = {
    ...(granted.includes('random') ? random : {}),
    ...(granted.includes('subtle') ? { subtle: createSubtle() } : {}),
  };
  return Object.keys(parts).length === 0 ? undefined : parts;
}

/** Keys never leave: the module gets a frozen description of each, and this table has the key behind it. */
function createSubtle(): object {
  const keys = new WeakMap<object, object>();
  const hide = (key: CryptoKeyLike): object => {
    const description = Object.freeze({
      __proto__: null,
      type: key.type,
      extractable: key.extractable,
      algorithm: JSON.parse(JSON.stringify(key.algorithm)) as unknown,
      usages: [...key.usages],
      [Symbol.toStringTag]: 'CryptoKey',
    });
    keys.set(description, key);
    return description;
  };
  const show = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? (keys.get(value) ?? value) : value;
  const hideAll = (result: unknown): unknown => {
    if (isKey(result)) return hide(result);
    if (!isKeyPair(result)) return result;
    return { publicKey: hide(result.publicKey), privateKey: hide(result.privateKey) };
  };
  // Each argument may name a key inside an algorithm: `{ name: 'ECDH', public: key }`.
  const showInside = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || keys.has(value)) return show(value);
    const isPlain = Object.getPrototypeOf(value) === Object.prototype;
    return isPlain && Object.hasOwn(value, 'public')
      ? { ...value, public: show((value as { public: unknown }).public) }
      : value;
  };
  return Object.fromEntries(
    METHODS.map((name) => {
      const call = (args: unknown[]): Promise<unknown> | undefined => {
        const { subtle } = realCrypto();
        return (subtle as unknown as Readonly<Record<string, Method>>)[name]?.apply(subtle, args);
      };
      return [name, async (...args: unknown[]) => hideAll(await call(args.map(showInside)))];
    }),
  );
}

interface CryptoKeyLike {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: object;
  readonly usages: readonly string[];
}

function isKey(value: unknown): value is CryptoKeyLike {
  return typeof value === 'object' && value !== null && 'algorithm' in value && 'usages' in value;
}

function isKeyPair(
  value: unknown,
): value is { readonly publicKey: CryptoKeyLike; readonly privateKey: CryptoKeyLike } {
  return typeof value === 'object' && value !== null && 'publicKey' in value && 'privateKey' in value;
}
