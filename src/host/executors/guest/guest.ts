import { randomBytes } from 'node:crypto';
import { PLANE, TOKEN_LENGTH, type Plane } from '../../../wire/frame.js';
import type { Container, ContainerExit } from './container.js';
import { guestTexts } from './guest-texts.js';

/** What V8 made of the guest's script, by kind of container: flags decide whether it fits. It halves the time that a realm takes to lock. */
const caches = new Map<string, Uint8Array>();

/** The cache for containers of a kind; undefined when none was made yet. */
function cachedScript(kind: string): Uint8Array | undefined {
  return caches.get(kind);
}

/** Keeps what the first guest of a kind has sent before any module was loaded into it. */
function keepCache(kind: string, base64: string): void {
  if (!caches.has(kind)) caches.set(kind, Buffer.from(base64, 'base64'));
}

/** Who a guest works for once a module is loaded into it. */
export interface GuestOwner {
  /** The realm is locked: the module can be sent. */
  locked(): void;
  /** A frame of the module, its token checked and taken off. */
  frame(plane: string, body: string | Buffer): void;
  printed(line: string): void;
  /** It does not keep to the protocol: what was found. */
  violation(found: string): void;
  exit(exit: ContainerExit): void;
}

/**
 * A container whose realm is locked down before it knows which module it is for. Until then it may say two things only: that it is locked,
 * and what V8 made of its script; its own code is ours alone so far.
 */
export class Guest {
  readonly container: Container;
  /** Guests of one kind are interchangeable until a module is loaded into one. */
  readonly kind: string;
  readonly #token = randomBytes(TOKEN_LENGTH / 2).toString('hex');
  #owner: GuestOwner | undefined;
  #isLocked = false;
  #isLoaded = false;
  #exit: ContainerExit | undefined;

  constructor(kind: string, container: Container, wasm: boolean) {
    this.kind = kind;
    this.container = container;
    const bootData = { token: this.#token, script: guestTexts().script, cache: cachedScript(kind), wasm };
    container.start(bootData, {
      frame: (text) => this.#onFrame(text),
      nonsense: (found) => this.#violation(found),
      printed: (line) => this.#owner?.printed(line),
      exit: (exit) => {
        this.#exit = exit;
        this.#owner?.exit(exit);
      },
    });
  }

  /** False when it has ended before anybody had use for it. */
  get isAlive(): boolean {
    return this.#exit === undefined;
  }

  /** Gives the guest to the one who loads a module into it. */
  adopt(owner: GuestOwner): void {
    this.#owner = owner;
    if (this.#exit !== undefined) owner.exit(this.#exit);
    else if (this.#isLocked) owner.locked();
  }

  /** Sends the module; from here on nothing that comes back is believed. */
  load(boot: string, maxLength: number): void {
    this.#isLoaded = true;
    this.container.limitFrames(maxLength + TOKEN_LENGTH + 1);
    this.send(PLANE.load, boot);
  }

  send(plane: Plane, text: string): void {
    this.container.send(plane + text);
  }

  #onFrame(frame: string | Buffer): void {
    const head = typeof frame === 'string' ? frame : frame.toString('latin1', 0, TOKEN_LENGTH + 1);
    if (!head.startsWith(this.#token)) {
      this.#violation('a message without its token');
      return;
    }
    const plane = head.charAt(TOKEN_LENGTH);
    const body = typeof frame === 'string' ? frame.slice(TOKEN_LENGTH + 1) : frame.subarray(TOKEN_LENGTH + 1);
    if (this.#isLoaded) {
      this.#owner?.frame(plane, body);
    } else if (plane === PLANE.locked && !this.#isLocked) {
      this.#isLocked = true;
      this.#owner?.locked();
    } else if (plane === PLANE.cache) {
      keepCache(this.kind, body.toString());
    } else if (plane !== PLANE.uncaught) {
      this.#violation('a message before it was loaded');
    }
  }

  #violation(found: string): void {
    if (this.#owner === undefined) this.container.kill();
    else this.#owner.violation(found);
  }
}
