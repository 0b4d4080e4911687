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
  readonly #description: KeyDescription;

  static {
    handleOf = (value) => (#handle in value ? value.#handle : undefined);
  }

  constructor(proof?: unknown, handle = 0, description?: KeyDescription) {
    if (proof !== OURS || description === undefined)
      throw new TypeError('Cannot make a CryptoKey: generate, derive or import one');
    this.#handle = handle;
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

/** The object for a key on the other side; nothing about it can be changed. */
export function createKey(handle: number, description: KeyDescription): CryptoKey {
  Object.freeze(description.usages);
  Object.freeze(description.algorithm);
  const key = new CryptoKey(OURS, handle, description);
  Object.freeze(key);
  return key;
}

export { CryptoKey, handleOf };
