import type { GuestPowers } from '../../../src/wire/guest-boot.js';
import type { Natives } from './natives.js';

// A stand-in until the classes of the web are there: just what our own code needs.

type Listener = () => void;

class Signal {
  #reason: unknown;
  #isAborted = false;
  readonly #listeners = new Set<Listener>();
  get aborted(): boolean {
    return this.#isAborted;
  }
  get reason(): unknown {
    return this.#reason;
  }
  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason;
  }
  addEventListener(_type: string, listener: Listener): void {
    this.#listeners.add(listener);
  }
  removeEventListener(_type: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }
  static abort(signal: Signal, reason: unknown): void {
    if (signal.#isAborted) return;
    signal.#isAborted = true;
    signal.#reason = reason ?? new Error('This operation was aborted');
    for (const listener of signal.#listeners) listener();
  }
}

class Controller {
  readonly signal = new Signal();
  abort(reason?: unknown): void {
    Signal.abort(this.signal, reason);
  }
}

class Decoder {
  decode(bytes: Uint8Array = new Uint8Array()): string {
    let text = '';
    for (const byte of bytes) text += `%${byte.toString(16).padStart(2, '0')}`;
    return decodeURIComponent(text);
  }
}

class Encoder {
  encode(text = ''): Uint8Array {
    const parts = encodeURIComponent(text).match(/%..|./g) ?? [];
    return Uint8Array.from(parts, (part) =>
      part.length === 3 ? parseInt(part.slice(1), 16) : part.charCodeAt(0),
    );
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export const AbortController = Controller as unknown as typeof globalThis.AbortController;
export const AbortSignal = Signal as unknown as typeof globalThis.AbortSignal;
export const TextDecoder = Decoder as unknown as typeof globalThis.TextDecoder;
export const TextEncoder = Encoder as unknown as typeof globalThis.TextEncoder;

export function btoa(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i += 3) {
    const bits =
      (text.charCodeAt(i) << 16) | ((text.charCodeAt(i + 1) || 0) << 8) | (text.charCodeAt(i + 2) || 0);
    const left = text.length - i;
    for (let j = 0; j < 4; j++) out += j > left ? '=' : (LETTERS[(bits >> (18 - 6 * j)) & 63] ?? '');
  }
  return out;
}

export function atob(text: string): string {
  let out = '';
  let bits = 0;
  let count = 0;
  for (const char of text.replace(/=+$/, '')) {
    bits = (bits << 6) | LETTERS.indexOf(char);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += String.fromCharCode((bits >> count) & 255);
    }
  }
  return out;
}

export function queueMicrotask(callback: () => unknown): void {
  void Promise.resolve().then(() => callback());
}

/** Everything of the web that a module finds as a global. */
export function createWebPlatform(natives: Natives, powers: GuestPowers): object {
  return {
    AbortController,
    AbortSignal,
    TextDecoder,
    TextEncoder,
    atob,
    btoa,
    queueMicrotask,
    ...(powers.clock === 'precise' ? { performance: { now: () => natives.now() } } : {}),
    ...(powers.crypto.includes('random') ? { crypto: { randomUUID: () => natives.randomUUID() } } : {}),
  };
}
