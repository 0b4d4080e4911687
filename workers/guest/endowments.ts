import type { Log } from '../../src/sdk/context.js';
import type { GuestPowers } from '../../src/wire/guest-boot.js';
import { createConsole } from './console.js';
import { createCrypto } from './web-crypto.js';
import { harden } from './ses.js';
import { createTimers } from './timers.js';

/** Everything a module finds as a global besides the language itself, frozen through and through. */
export function createEndowments(powers: GuestPowers, log: Log): object {
  const webCrypto = createCrypto(powers.crypto);
  return harden({
    console: createConsole(log),
    ...createTimers(powers.timers),
    queueMicrotask: (callback: () => unknown) => void Promise.resolve().then(() => callback()),
    TextEncoder,
    TextDecoder,
    URL,
    URLSearchParams,
    AbortController,
    AbortSignal,
    atob: (text: string) => atob(text),
    btoa: (text: string) => btoa(text),
    structuredClone: (value: unknown) => structuredClone<unknown>(value),
    Intl,
    Math,
    // Their elements can show the bits of a NaN, which tells a module nothing that its own code could not.
    Float32Array,
    Float64Array,
    ...(powers.clock === 'none' ? {} : { Date }),
    ...(powers.clock === 'precise' ? { performance: { now: () => performance.now() } } : {}),
    ...(webCrypto === undefined ? {} : { crypto: webCrypto }),
    ...(powers.wasm ? { WebAssembly } : {}),
    process: createProcess(powers.env),
  });
}

// Part of every platform we run on, yet no type library of ours names it.
declare const WebAssembly: object;

/** What packages look up on `process` to find out where they run; none of it is the real one. */
function createProcess(env: GuestPowers['env']): object {
  const ignore = (): void => undefined;
  return {
    env: { ...env },
    argv: [],
    browser: true,
    platform: 'linux',
    version: 'v20.0.0',
    versions: { node: '20.0.0' },
    cwd: () => '/',
    nextTick: (callback: (...args: unknown[]) => unknown, ...args: unknown[]) =>
      void Promise.resolve().then(() => callback(...args)),
    emitWarning: ignore,
    on: ignore,
    once: ignore,
    off: ignore,
    stdout: {},
    stderr: {},
  };
}
