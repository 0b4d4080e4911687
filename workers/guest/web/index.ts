import { AbortController, AbortSignal } from './abort.js';
import { abortStateOf } from './abort-state.js';
import { atob, btoa } from './base64.js';
import { DOMException } from './dom-exception.js';
import { CustomEvent, Event, eventState } from './event.js';
import { EventTarget } from './event-target.js';
import type { Natives } from './natives.js';
import { connectOutside, type StartTimer } from './outside.js';
import { queueMicrotask } from './report-error.js';
import { createStructuredClone } from './structured-clone.js';
import { TextDecoder } from './text-decoder.js';
import { TextEncoder } from './text-encoder.js';
import { URL } from './url.js';
import { URLSearchParams } from './url-search-params.js';

/** The web's classes and functions as a module finds them. Nothing here is frozen yet: who hands it out hardens it. */
export function createWebPlatform(natives: Natives, options: WebOptions): Record<string, unknown> {
  connectOutside({ natives, startTimer: options.startTimer });
  return {
    AbortController,
    AbortSignal,
    atob,
    btoa,
    CustomEvent,
    DOMException,
    Event,
    EventTarget,
    queueMicrotask,
    structuredClone: createStructuredClone(isOurs),
    TextDecoder,
    TextEncoder,
    URL,
    URLSearchParams,
  };
}

/** What a module was granted, as far as the web's classes need it. */
export interface WebOptions {
  /** The module's own `setTimeout`, so that the timeouts of signals are counted. */
  readonly startTimer: StartTimer;
}

function isOurs(value: object): boolean {
  return abortStateOf(value) !== undefined || eventState(value) !== undefined;
}

export { AbortController, AbortSignal, TextDecoder, TextEncoder, atob, btoa, queueMicrotask };
