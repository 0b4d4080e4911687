import type { Natives } from '../../workers/guest/web/natives.js';

const PARTS = [
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
  'origin',
] as const;

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

const partsOf = (url: URL): string => JSON.stringify(PARTS.map((part) => url[part]));

/** What the classes ask of Node, done by this Node. */
export const NODE_NATIVES: Natives = {
  parseUrl: (href, base) => attempt(() => partsOf(new URL(href, base))),
  setUrl: (href, part, value) =>
    attempt(() => {
      const url = new URL(href);
      Reflect.set(url, part, value);
      return partsOf(url);
    }),
  decode: (label, fatal, ignoreBOM, bytes) =>
    attempt(() => new TextDecoder(label, { fatal, ignoreBOM }).decode(bytes)),
  encodingName: (label) => attempt(() => new TextDecoder(label).encoding),
  fillRandom: (target) => void crypto.getRandomValues(target),
  randomUUID: () => crypto.randomUUID(),
  subtle: () => undefined,
  setTimer: (ms, repeat, call) => Number(repeat ? setInterval(call, ms) : setTimeout(call, ms)),
  clearTimer: (id) => clearTimeout(id),
  now: () => performance.now(),
};
