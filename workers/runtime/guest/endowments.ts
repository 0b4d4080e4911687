import type { Log } from '../../../src/sdk/context.js';
import type { GuestCapabilities } from '../../../src/wire/guest-boot.js';
import { harden } from './ses.js';
import type { Timers } from './timers.js';
import { createWebPlatform } from './web/index.js';
import { createConsole } from './web/console.js';
import type { NetFetch } from './web/fetch.js';
import type { Natives } from './web/natives.js';

/** What the endowments of a module are made of. */
export interface EndowmentParts {
  readonly natives: Natives;
  readonly capabilities: GuestCapabilities;
  readonly timers: Timers;
  readonly log: Log;
  readonly netFetch: NetFetch | undefined;
}

/** Everything a module finds as a global besides the language itself, frozen through and through. */
export function createEndowments({ natives, capabilities, timers, log, netFetch }: EndowmentParts): object {
  return harden({
    console: createConsole(log, clockFor(natives, capabilities.clock)),
    ...timers,
    ...createWebPlatform(natives, {
      startTimer: timers.setTimeout,
      crypto: capabilities.crypto,
      hasPreciseClock: capabilities.clock === 'precise',
      netFetch,
    }),
    Intl,
    Math,
    // Their elements can show the bits of a NaN, which shows a module nothing that its own code could not see.
    Float32Array,
    Float64Array,
    ...(capabilities.clock === 'none' ? {} : { Date }),
    ...(capabilities.wasm ? { WebAssembly: withoutStreams(WebAssembly) } : {}),
    process: createProcess(capabilities.env),
  });
}

/** What a module may measure with, as precise as it was granted. */
function clockFor(natives: Natives, granted: GuestCapabilities['clock']): (() => number) | undefined {
  if (granted === 'none') return undefined;
  return granted === 'precise' ? () => natives.now() : () => Math.floor(natives.now());
}

// Part of every platform we run on, yet no type library of ours names it.
declare const WebAssembly: object;

/** What is not built into V8 but answered by Node: it knows streams of its own only, and answers with errors of its own. */
const STREAMS = ['compileStreaming', 'instantiateStreaming'] as const;

function withoutStreams(namespace: object): object {
  for (const name of STREAMS) Reflect.deleteProperty(namespace, name);
  return namespace;
}

/** What packages look up on `process` to find out where they run; none of it is the real one. */
function createProcess(env: GuestCapabilities['env']): object {
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
