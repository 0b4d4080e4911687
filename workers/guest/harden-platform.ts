import { harden } from './ses.js';

/**
 * Freezes the classes of the platform's own errors: a module meets them when something it was handed throws, and must not be able to
 * change what they do for others.
 */
export function hardenPlatformErrors(): void {
  harden(DOMException);
  hardenThrown([
    () => new URL('::'),
    () => new TextDecoder('unknown'),
    () => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255])),
    () => atob('*'),
    () => btoa('\u{1F600}'),
    () => structuredClone(() => undefined),
    () => (new URLSearchParams().get as () => unknown)(),
    () => (new AbortController().signal.addEventListener as () => unknown)(),
    () => new AbortController().signal.dispatchEvent(undefined as never),
    () => AbortSignal.abort().throwIfAborted(),
    () => AbortSignal.timeout(-1),
  ]);
}

/** Freezes the classes of what these throw. */
export function hardenThrown(provoke: readonly (() => unknown)[]): void {
  for (const run of provoke) {
    try {
      run();
    } catch (error) {
      if (typeof error === 'object' && error !== null) hardenPrototypes(error);
    }
  }
}

function hardenPrototypes(error: object): void {
  for (let at: unknown = Object.getPrototypeOf(error); at !== null; at = Object.getPrototypeOf(at))
    harden(at);
}
