/**
 * Cases of the web-platform-tests as functions over the classes of the web: nothing here needs Node, so that the same code runs beside
 * the classes and inside a guest.
 */

/** The globals under test. */
export interface Web {
  readonly AbortController: typeof AbortController;
  readonly AbortSignal: typeof AbortSignal;
  readonly DOMException: typeof DOMException;
  readonly Event: typeof Event;
  readonly EventTarget: typeof EventTarget;
  readonly TextDecoder: typeof TextDecoder;
  readonly TextEncoder: typeof TextEncoder;
  readonly URL: typeof URL;
  readonly URLSearchParams: typeof URLSearchParams;
  readonly atob: typeof atob;
  readonly btoa: typeof btoa;
  readonly structuredClone: typeof structuredClone;
}

/** What one case came to; the reason is there when it failed. */
export interface Result {
  readonly name: string;
  readonly reason?: string;
}

/** Runs one case: it holds when nothing is thrown. */
export function run(name: string, check: () => void): Result {
  try {
    check();
    return { name };
  } catch (error) {
    return { name, reason: error instanceof Error ? error.message : String(error) };
  }
}

export function same(actual: unknown, expected: unknown, what = 'value'): void {
  if (!Object.is(actual, expected))
    throw new Error(`${what}: expected ${show(expected)}, found ${show(actual)}`);
}

/** Fails unless an error of this name is thrown. */
export function throws(name: string, attempt: () => unknown): void {
  let result: unknown;
  try {
    result = attempt();
  } catch (error) {
    same((error as { readonly name?: unknown }).name, name, 'name of the error');
    return;
  }
  throw new Error(`expected ${name}, found ${show(result)}`);
}

/** Bytes from their digits. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
