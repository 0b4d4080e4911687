import { reserveStack, stackRoom } from '../../../src/wire/stack-room.js';
import type { Bridge } from './bridge.js';
import type { Natives } from './web/natives.js';

/** The way out of a container, as code of the guest's realm sees it. */
export interface GuestLink extends Pick<Bridge, 'token' | 'wantsCache'> {
  post(frame: string): void;
  onFrame(take: (frame: string) => void): void;
  onUncaught(take: (error: unknown) => void): void;
  afterTurn(call: () => void): void;
  exit(): void;
  heapUsed(): number;
  collect(done: () => void): void;
  cache(): string;
  scuttle(): void;
}

/** What the guest's own code may call outside its realm. */
export interface Connection {
  readonly link: GuestLink;
  readonly natives: Natives;
}

/**
 * Wraps what the boot code hands over: what comes back is a primitive, what is thrown is an error of this realm, what is called back is a
 * function of ours that lets nothing through. The functions of the bridge stand in the closures below and nowhere else.
 */
export function connect(bridge: Bridge): Connection {
  let report: (error: unknown) => void = () => undefined;
  /** A function for the other realm to call: it must not see what the module throws. */
  const called =
    <A extends readonly Primitive[]>(run: (...args: A) => void) =>
    (...args: A): void => {
      try {
        run(...args);
      } catch (error) {
        report(error);
      }
    };
  const link: GuestLink = {
    token: bridge.token,
    wantsCache: bridge.wantsCache,
    // Every reply passes here: no more than it takes.
    post(frame) {
      reserveStack(POST_STACK);
      try {
        bridge.post(frame);
      } catch {
        throw refused('send a message to the host');
      }
    },
    onFrame: (take) =>
      ask('receive messages of the host', () => bridge.onFrame(called((frame: string) => take(frame)))),
    onUncaught(take) {
      report = take;
      const reported = called(() => take(new Error('The code around the module failed')));
      ask('watch for errors', () => bridge.onUncaught(reported));
    },
    afterTurn: (call) => ask('wait for the end of a turn', () => bridge.afterTurn(called(call))),
    exit: () => ask('end', () => bridge.exit()),
    heapUsed: () => ask('measure the heap', () => bridge.heapUsed()),
    collect(done) {
      const call = called(() => done());
      ask('collect garbage', () => bridge.collect(call));
    },
    cache: () => ask('cache the script', () => bridge.cache()),
    scuttle: () => ask('empty the realm outside', () => bridge.scuttle()),
  };
  let isCryptoLoaded = false;
  const askCrypto = <T extends Primitive | void>(what: string, run: () => T): T => {
    if (!isCryptoLoaded) reserveStack(LOADING_STACK);
    const result = ask(what, run);
    isCryptoLoaded = true;
    return result;
  };
  const natives: Natives = {
    parseUrl: (href, base) => ask('parse a URL', () => bridge.parseUrl(href, base)),
    setUrl: (href, part, value) => ask('change a URL', () => bridge.setUrl(href, part, value)),
    // Copies of bytes cross: an array of the module's own can have anything in its place.
    decode: (label, fatal, ignoreBom, bytes) =>
      ask('decode bytes', () => bridge.decode(label, fatal, ignoreBom, new Uint8Array(bytes))),
    encodingName: (label) => ask('look up an encoding', () => bridge.encodingName(label)),
    fillRandom(target) {
      const bytes = new Uint8Array(target.length);
      askCrypto('make random numbers', () => bridge.fillRandom(bytes));
      target.set(bytes);
    },
    randomUUID: () => askCrypto('make a UUID', () => bridge.randomUUID()),
    subtle(request, deliver) {
      const done = called((ok: boolean, result: string) => deliver(ok, result));
      ask('use cryptography', () => bridge.subtle(request, done));
    },
    releaseKey: (key) => ask('release a key', () => bridge.releaseKey(key)),
    setTimer(ms, repeat, call) {
      const due = called(() => call());
      return ask('set a timer', () => bridge.setTimer(ms, repeat, due));
    },
    clearTimer: (id) => ask('clear a timer', () => bridge.clearTimer(id)),
    now: () => ask('read the clock', () => bridge.now()),
  };
  return { link, natives };
}

/*
 * Room is asked for before each call of the other realm: were the stack to end inside of it, Node's queues and lists of timers would be left half
 * changed, and the container would hear of nothing any more, not even that its host has gone.
 */

/** As much of the stack as the deepest call of the other realm takes. */
const CALL_STACK = stackRoom(16_384);
/** Sending is a handful of calls and then native code, and every reply is sent. */
const POST_STACK = stackRoom(2_048);
/**
 * As much as Node takes to load the modules behind `crypto`, which it does at the first use. A loading that the stack's end has cut off is
 * begun again by the next use, and what cannot be done twice aborts the process.
 */
const LOADING_STACK = stackRoom(262_144);

type Primitive = string | number | boolean | undefined;

/** Calls a function of the other realm. */
function ask<T extends Primitive | void>(what: string, run: () => T): T {
  let result: unknown;
  reserveStack(CALL_STACK);
  try {
    result = run();
  } catch {
    throw refused(what);
  }
  // No function of the bridge does so; a mistake in one must not be a way out.
  if (typeof result === 'function' || (typeof result === 'object' && result !== null)) throw refused(what);
  return result as T;
}

function refused(what: string): Error {
  return new Error(`Cannot ${what}: the platform refused`);
}
