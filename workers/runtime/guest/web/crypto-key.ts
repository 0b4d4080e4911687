import { outside } from './outside.js';
import { asInterface } from './webidl.js';

/** What a module may know of a key. */
export interface KeyDescription {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: object;
  readonly usages: readonly string[];
}

/** Only we have it: keys come from `crypto.subtle`. */
const OURS = Object.freeze({ __proto__: null });

let handleOf: (value: object) => number | undefined;

/** Stands for a key that never enters the realm. */
class CryptoKey {
  readonly #handle: number;
  /** As long as what the key takes outside, where nobody counts it: this is counted, and goes with the object. */
  readonly #weight: ArrayBuffer;
  readonly #description: KeyDescription;

  static {
    handleOf = (value) => (#handle in value && value.#weight.byteLength > 0 ? value.#handle : undefined);
  }

  constructor(proof?: unknown, handle = 0, bytes = 0, description?: KeyDescription) {
    if (proof !== OURS || description === undefined)
      throw new TypeError('Cannot make a CryptoKey: generate, derive or import one');
    this.#handle = handle;
    this.#weight = new ArrayBuffer(bytes);
    this.#description = description;
  }

  get type(): string {
    return this.#description.type;
  }
  get extractable(): boolean {
    return this.#description.extractable;
  }
  get algorithm(): object {
    return this.#description.algorithm;
  }
  get usages(): readonly string[] {
    return this.#description.usages;
  }
}

asInterface(CryptoKey, 'CryptoKey');

/** Notifies the other side of keys whose objects are gone. No module sees it, nor when. */
const unneeded = new FinalizationRegistry<number>((handle) => outside().natives.releaseKey(handle));

/** The object for a key on the other side; nothing about it can be changed. */
export function createKey(handle: number, bytes: number, description: KeyDescription): CryptoKey {
  Object.freeze(description.usages);
  Object.freeze(description.algorithm);
  const key = new CryptoKey(OURS, handle, bytes, description);
  Object.freeze(key);
  unneeded.register(key, handle);
  return key;
}

export { CryptoKey, handleOf };
