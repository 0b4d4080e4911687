import { openNodeInternals } from './node-internals.js';
import { createSubtle } from './subtle-outer.js';
import type { Natives } from './web/natives.js';

const URL_PARTS = [
  'href',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const;

type Random = Pick<typeof crypto, 'getRandomValues' | 'randomUUID' | 'subtle'>;

/**
 * What Node does for code in the guest's realm. Captures what it needs: the realm around it is emptied afterwards.
 *
 * @param now milliseconds on a clock that never steps back
 */
export function createNatives(now: () => number): Natives {
  const { URL, TextDecoder, setTimeout, setInterval, clearTimeout } = globalThis;
  // Taken out of its class: the class loses it, because what it reads can be swapped under it.
  const decoding: unknown = Object.getOwnPropertyDescriptor(TextDecoder.prototype, 'decode')?.value;
  const decode = Function.prototype.call.bind(decoding as () => unknown) as (
    decoder: object,
    bytes: Uint8Array,
  ) => string;
  const timers = new Map<number, NodeJS.Timeout>();
  let lastTimer = 0;
  const crypto = lazyCrypto();
  const attempt = <T>(run: () => T): T | undefined => {
    try {
      return run();
    } catch {
      return undefined;
    }
  };
  const partsOf = (url: URL): string => JSON.stringify([...URL_PARTS.map((part) => url[part]), url.origin]);

  return {
    parseUrl: (href, base) => attempt(() => partsOf(new URL(href, base))),
    setUrl: (href, part, value) =>
      attempt(() => {
        const url = new URL(href);
        if ((URL_PARTS as readonly string[]).includes(part)) Reflect.set(url, part, value);
        return partsOf(url);
      }),
    decode: (label, fatal, ignoreBOM, bytes) =>
      attempt(() => decode(new TextDecoder(label, { fatal, ignoreBOM }), bytes)),
    encodingName: (label) => attempt(() => new TextDecoder(label).encoding),
    fillRandom: (target) => void crypto().getRandomValues(target),
    randomUUID: () => crypto().randomUUID(),
    ...createSubtle(() => crypto().subtle),
    setTimer(ms, repeat, call) {
      const id = ++lastTimer;
      const run = (): void => {
        if (!repeat) timers.delete(id);
        call();
      };
      timers.set(id, repeat ? setInterval(run, ms) : setTimeout(run, ms));
      return id;
    },
    clearTimer(id) {
      const timer = timers.get(id);
      timers.delete(id);
      clearTimeout(timer);
    },
    now: () => now(),
  };
}

/**
 * What `performance.now` of Node calls: the global of this name loads all that Node measures with, which takes a millisecond of a start, and no
 * guest has use for it. Throws when this Node has no such function.
 */
export function monotonicClock(): () => number {
  const group = openNodeInternals(process).binding('performance') as { readonly now?: () => number };
  if (group.now === undefined) throw new Error('Cannot tell the time: this Node has another clock');
  return group.now.bind(group);
}

/** Node loads its crypto when it is asked for the first time, which takes a tenth of a start: only modules that use it pay. */
function lazyCrypto(): () => Random {
  const real = globalThis;
  const property = Object.getOwnPropertyDescriptor(real, 'crypto');
  let known: Random | undefined;
  return () => (known ??= (property?.get?.call(real) ?? property?.value) as Random);
}
