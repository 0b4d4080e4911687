import { AbortController, AbortSignal } from './abort.js';
import { abortStateOf } from './abort-state.js';
import { atob, btoa } from './base64.js';
import { Blob, bytesOfBlob, File } from './blob.js';
import { createCrypto } from './crypto.js';
import { CryptoKey, handleOf } from './crypto-key.js';
import { DOMException } from './dom-exception.js';
import { CustomEvent, Event, eventState } from './event.js';
import { EventTarget } from './event-target.js';
import { createFetch, type NetFetch } from './fetch.js';
import { entriesOf, FormData } from './form-data.js';
import { Headers, headersRecord } from './headers.js';
import type { Natives } from './natives.js';
import { connectOutside, type StartTimer, outside } from './outside.js';
import { queueMicrotask } from './report-error.js';
import { Request, requestState } from './request.js';
import { Response, responseState } from './response.js';
import { createStructuredClone } from './structured-clone.js';
import { TextDecoder } from './text-decoder.js';
import { TextEncoder } from './text-encoder.js';
import { URL } from './url.js';
import { queryText, URLSearchParams } from './url-search-params.js';

/** The clock of a module that was granted a precise one. */
function createPerformance(): object {
  const timeOrigin = Date.now() - outside().natives.now();
  const now = (): number => outside().natives.now();
  return { now, timeOrigin, toJSON: () => ({ timeOrigin }), [Symbol.toStringTag]: 'Performance' };
}

/** The web's classes and functions as a module finds them. Nothing here is frozen yet: who hands it out hardens it. */
export function createWebPlatform(natives: Natives, options: WebOptions): Record<string, unknown> {
  connectOutside({ natives, startTimer: options.startTimer });
  const crypto = createCrypto(options.crypto);
  return named({
    ...(crypto === undefined ? {} : { crypto, CryptoKey }),
    ...(options.netFetch === undefined ? {} : { fetch: createFetch(options.netFetch) }),
    ...(options.hasPreciseClock ? { performance: createPerformance() } : {}),
    AbortController,
    AbortSignal,
    atob,
    Blob,
    btoa,
    CustomEvent,
    DOMException,
    Event,
    EventTarget,
    File,
    FormData,
    Headers,
    queueMicrotask,
    Request,
    Response,
    structuredClone: createStructuredClone(isOurs),
    TextDecoder,
    TextEncoder,
    URL,
    URLSearchParams,
  });
}

/** Classes with the names they go by: the bundler gives those that speak of themselves another one. */
function named(platform: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(platform))
    if (typeof value === 'function' && value.name !== name)
      Object.defineProperty(value, 'name', { value: name });
  return platform;
}

/** What a module was granted, as far as the web's classes need it. */
export interface WebOptions {
  /** The module's own `setTimeout`, so that the timeouts of signals are counted. */
  readonly startTimer: StartTimer;
  readonly crypto: readonly ('random' | 'subtle')[];
  readonly hasPreciseClock: boolean;
  /** Undefined when the module was granted no network: then there is no `fetch`. */
  readonly netFetch: NetFetch | undefined;
}

/** Objects of the platform that a clone refuses. */
const OURS: readonly ((value: object) => unknown)[] = [
  abortStateOf,
  bytesOfBlob,
  entriesOf,
  eventState,
  handleOf,
  headersRecord,
  queryText,
  requestState,
  responseState,
];

function isOurs(value: object): boolean {
  return OURS.some((stateOf) => stateOf(value) !== undefined);
}

export { AbortController, AbortSignal, TextDecoder, TextEncoder, atob, btoa, queueMicrotask };
