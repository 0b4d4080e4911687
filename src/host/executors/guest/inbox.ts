import type { HostShare } from './host-share.js';
import type { HostTurns, SlicedWork } from './host-turns.js';

/** The text of a frame, or its bytes when they are many. */
export type FrameBody = string | Buffer;

/** A frame whose reading is done in steps. */
export interface Reading {
  /** Takes the next step of about a millisecond; true when the frame is read. A promise of milliseconds when another thread works on it. */
  step(): boolean | Promise<number>;
}

/** What an inbox works with. */
export interface InboxOptions {
  readonly turns: HostTurns;
  readonly share: HostShare;
  /** Reads a frame, or begins to; says what is left to do. May throw what is wrong with it. */
  read(plane: string, body: FrameBody): Reading | undefined;
  /** What was read since the last look had not been asked for. */
  wasUnasked(): number;
  /** Called once, with what is wrong. */
  fail(error: unknown): void;
  /** Too much waits here: what is sent is to stay with its sender. */
  pause(): void;
  resume(): void;
  /** The error for a module that costs the host too much. */
  tooDear(found: string): Error;
  /** Milliseconds of a clock that runs on. */
  readonly now?: () => number;
  /** Characters that may wait to be read. */
  maxWaitingLength(): number;
}

/** Stands where a frame was that has been begun with. */
const NOTHING = Object.freeze({ plane: '', body: '' });
/** What a frame counts for besides its length. */
const FRAME_LENGTH = 200;
/** Frames that may wait here before their sender is paused. */
const MAX_WAITING = 64;
/** What a question of a module costs the host after it was read, as far as that is not seen here. */
const UNASKED_MS = 0.05;

/** What another thread has worked for a module keeps nobody waiting, but takes of the same machine. */
const BESIDE = 0.25;

/**
 * What a guest has sent and the host has not read yet, in its order. Frames are read as they come while they cost little; what costs more is
 * read in slices, one module's frames after each other, while other modules continue.
 */
export class Inbox implements SlicedWork {
  readonly #options: InboxOptions;
  readonly #now: () => number;
  #waiting: { readonly plane: string; readonly body: FrameBody }[] = [];
  /** How many of `#waiting` have been begun with. */
  #begun = 0;
  #waitingLength = 0;
  #reading: Reading | undefined;
  /** Another thread works on the frame that is being read. */
  #isAway = false;
  #isPaused = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** True while frames wait, which is no fault of their sender. */
  get isBehind(): boolean {
    return this.#reading !== undefined || this.#waiting.length > this.#begun;
  }

  /** Takes a frame. */
  push(plane: string, body: FrameBody): void {
    if (this.#isClosed) return;
    const now = this.#now();
    const { turns, share } = this.#options;
    if (this.isBehind || !turns.isFree(now) || share.waitMs(now) > 0) this.#keep(plane, body);
    else if (this.#begin(plane, body, now)) this.#request();
  }

  /** Calls `then` when everything that came has been read. */
  whenEmpty(then: () => void): void {
    this.#onEmpty = then;
    if (!this.isBehind || this.#isClosed) this.#emptied();
  }

  /** Forgets what waits; nothing is read any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#begun = 0;
    this.#reading = undefined;
    clearTimeout(this.#timer);
    this.#options.turns.forget(this);
    this.#emptied();
  }

  workUntil(end: number): boolean {
    for (let now = this.#now(); this.isBehind && !this.#isHeld && now < end; now = this.#now()) {
      if (this.#mustWait(now)) break;
      if (this.#reading !== undefined) this.#goOn(this.#reading, now, end);
      else this.#next(now);
    }
    if (!this.isBehind) this.#emptied();
    return this.isBehind && !this.#isHeld;
  }

  /** It continues when something else has happened. */
  get #isHeld(): boolean {
    return this.#isAway || this.#timer !== undefined;
  }

  #keep(plane: string, body: FrameBody): void {
    this.#waiting.push({ plane, body });
    this.#waitingLength += body.length + FRAME_LENGTH;
    if (this.#waitingLength > this.#options.maxWaitingLength()) {
      this.#fail(this.#options.tooDear(`${this.#waitingLength} characters that wait to be read`));
      return;
    }
    if (this.#waiting.length - this.#begun >= MAX_WAITING) this.#pause();
    this.#request();
  }

  #request(): void {
    if (!this.#isHeld) this.#options.turns.request(this);
  }

  #next(now: number): void {
    const frame = this.#waiting[this.#begun];
    if (frame === undefined) return;
    this.#waiting[this.#begun++] = NOTHING;
    this.#waitingLength -= frame.body.length + FRAME_LENGTH;
    // Not one by one, and not each time: a guest may have sent a hundred thousand of them.
    if (2 * this.#begun >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#begun);
      this.#begun = 0;
    }
    this.#begin(frame.plane, frame.body, now);
  }

  /** Reads a frame; true when there is something left to do. */
  #begin(plane: string, body: FrameBody, now: number): boolean {
    try {
      this.#reading = this.#options.read(plane, body);
    } catch (error) {
      this.#fail(error);
      return false;
    }
    if (this.#reading !== undefined) this.#pause();
    this.#book(now, this.#reading === undefined);
    return this.#reading !== undefined;
  }

  #goOn(reading: Reading, from: number, end: number): void {
    try {
      let step: boolean | Promise<number> = false;
      do step = reading.step();
      while (step === false && this.#now() < end);
      if (step === true) this.#reading = undefined;
      else if (step !== false) this.#wait(step);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#book(from, false);
  }

  #wait(until: Promise<number>): void {
    this.#isAway = true;
    until.then(
      (ms) => {
        this.#isAway = false;
        this.#options.share.book(ms * BESIDE, this.#now(), false);
        if (!this.#isClosed) this.#request();
      },
      (error: unknown) => {
        this.#isAway = false;
        if (!this.#isClosed) this.#fail(error);
      },
    );
  }

  /** Books what was done since `from`. */
  #book(from: number, mayBeFree: boolean): void {
    const now = this.#now();
    const { turns, share } = this.#options;
    const unasked = this.#options.wasUnasked();
    const ms = now - from + unasked * UNASKED_MS;
    turns.spend(ms);
    share.book(ms, now, mayBeFree && unasked === 0);
  }

  /** True when the module is above its share and its next frame waits for a while. */
  #mustWait(now: number): boolean {
    const { share } = this.#options;
    const waitMs = share.waitMs(now);
    if (waitMs === 0) return false;
    const found = share.found(now);
    if (found !== undefined) {
      this.#fail(this.#options.tooDear(found));
      return true;
    }
    this.#pause();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#request();
    }, waitMs);
    return true;
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#options.pause();
  }

  #emptied(): void {
    this.#options.share.caughtUp();
    if (this.#isPaused && !this.#isClosed) {
      this.#isPaused = false;
      this.#options.resume();
    }
    const then = this.#onEmpty;
    this.#onEmpty = undefined;
    then?.();
  }

  #fail(error: unknown): void {
    this.close();
    this.#options.fail(error);
  }
}
