/** The methods of SubtleCrypto: what the one side offers and the other one takes. */
export const SUBTLE_METHODS = [
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

/**
 * What code of the guest's realm may have Node do. Only primitives cross, and byte arrays of the guest's own realm that the other side
 * reads or fills; nothing that these functions return, throw or call back with belongs to another realm.
 */
export interface Natives {
  /**
   * The parts of a URL as a JSON array: [href, protocol, username, password, host, hostname, port, pathname, search, hash, origin];
   * undefined when it is none.
   */
  parseUrl(href: string, base: string | undefined): string | undefined;
  /** The parts after `url[part] = value`. */
  setUrl(href: string, part: string, value: string): string | undefined;
  /** The text of bytes in any encoding of the standard; undefined when it is malformed and `fatal`. */
  decode(label: string, fatal: boolean, ignoreBom: boolean, bytes: Uint8Array): string | undefined;
  /** The standard's name of an encoding in lower case; undefined for a label that it does not have. */
  encodingName(label: string): string | undefined;
  fillRandom(target: Uint8Array): void;
  randomUUID(): string;
  /**
   * `request` is the JSON of {@link SubtleRequest}. The result is the JSON of a {@link SubtleValue}, or of {@link SubtleFailure} when it is
   * not ok.
   */
  subtle(request: string, deliver: (ok: boolean, result: string) => void): void;
  /** No object of the realm stands for this key any more. */
  releaseKey(key: number): void;
  setTimer(ms: number, repeat: boolean, call: () => void): number;
  clearTimer(id: number): void;
  /** Milliseconds that never go back. */
  now(): number;
}

/** A call of a method of `SubtleCrypto`. */
export interface SubtleRequest {
  readonly method: string;
  readonly args: readonly SubtleValue[];
}

/** JSON in which bytes stand as `{ "$bytes": base64 }` and keys as `{ "$key": handle }`; keys that come back carry their description and what they take. */
export type SubtleValue =
  | string
  | number
  | boolean
  | null
  | { readonly $bytes: string }
  | { readonly $key: number; readonly description?: SubtleKeyDescription; readonly bytes?: number }
  | readonly SubtleValue[]
  | { readonly [name: string]: SubtleValue };

export interface SubtleKeyDescription {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: SubtleValue;
  readonly usages: readonly string[];
}

/** Name and text of the error that the standard asks for. */
export interface SubtleFailure {
  readonly name: string;
  readonly message: string;
}
