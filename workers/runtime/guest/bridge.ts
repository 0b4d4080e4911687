import type { Natives } from './web/natives.js';

/** One frame of a stack, as V8 hands it to a stack formatter. */
export interface CallSite {
  getScriptNameOrSourceURL(): unknown;
  toString(): string;
}

/** What V8 asks the embedder for; each is answered in the guest's realm, or an object of another realm would come back to the guest. */
export interface RealmHooks {
  /** The text of `error.stack`. */
  readonly formatStack: (global: unknown, error: unknown, sites: readonly CallSite[]) => string;
  /** What `import()` in a script comes to. */
  readonly importModule: () => Promise<never>;
  /** A promise was rejected without a handler (0), or has got one after all (1). */
  readonly promiseRejected: (event: number, promise: object, reason: unknown) => void;
}

/**
 * Functions of the realm that Node lives in, as the boot code of a container hands them to the guest's realm. They take and return
 * primitives, and byte arrays and functions of the guest's realm that our own code there has made. They may throw errors of their own
 * realm: nothing but {@link connect} calls them.
 */
export interface Bridge extends Natives {
  readonly token: string;
  /** Whether the host wishes for V8's cache of the guest's script. */
  readonly wantsCache: boolean;
  /** Sends one frame to the host. */
  post(frame: string): void;
  /** Names who takes the frames of the host. Called once. */
  onFrame(take: (frame: string) => void): void;
  /** Names who hears that something outside the guest's realm was not caught. */
  onUncaught(take: () => void): void;
  /** Calls back when the code that runs now and its microtasks are done. */
  afterTurn(call: () => void): void;
  /** Ends the container once what was posted has left. */
  exit(): void;
  heapUsed(): number;
  /** Has V8 collect the garbage of the container, and calls back when that is done. */
  collect(done: () => void): void;
  /** V8's cache of the guest's script as base64. */
  cache(): string;
  /** Takes away what Node's realm does not need; afterwards only what was captured before still works. */
  scuttle(): void;
}
