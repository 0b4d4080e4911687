import { isSendable, placeOf, type Place } from './obstacle.js';
import { NOT_COPIED, plainCopy } from './plain-copy.js';
import type { PostSchedule } from './post-schedule.js';
import type { Batch } from './protocol.js';
import { shownBy } from './shown.js';
import type { RecordWriter } from './records/record-writer.js';
import { reserveStack, stackRoom } from './stack-room.js';

/** Called for a pair that cannot be sent, with the reason, and with a function that finds the place in the value, given the value's name. */
export type Refuse = (tag: number, error: unknown, placeIn: (name: string) => Place) => void;

/** Sends one batch; throws when something in it cannot cross. */
export type Post = (batch: Batch, transfer: readonly ArrayBuffer[]) => void;

/**
 * Tags and values of 64 packages: the other side works on the first ones of a burst while the rest is still being written. Were a burst one
 * message, the two sides would take turns.
 */
const MAX_BATCH_SIZE = 128;

/** How values cross: as clones that may share memory with the other side, as clones that may not, or as text, whose codec looks at them itself. */
export type Crossing = 'clone' | 'unshared clone' | 'text';

/** Its reactions run as microtasks; `queueMicrotask` of Node makes a resource for each, which every package would pay for. */
const NOW = Promise.resolve();

const NOTHING: readonly ArrayBuffer[] = Object.freeze([]);

/** As much of the stack as it takes to write a batch as text, whose values may nest. */
const WRITING_STACK = stackRoom(65_536);

/** False where the stack is about to end: were it to end while a batch is written, all that is in it would be lost. It waits for the next microtask. */
function hasStackRoom(): boolean {
  try {
    reserveStack(WRITING_STACK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Collects what is to be sent and posts it once per microtask, or as soon as there is enough of it: a burst costs few messages, a lone package
 * is not delayed beyond the current turn. A value that cannot cross fails only its own pair: the rest of the batch is sent one by one.
 */
export class Outbox {
  readonly #post: Post;
  readonly #onUnsendable: Refuse;
  readonly #crossing: Crossing;
  readonly #schedule: PostSchedule | undefined;
  readonly #records: RecordWriter | undefined;
  #batch: unknown[] = [];
  /** Packages that a microtask has seen: they are copies already, or need none. */
  #settled = 0;
  /** The batch is sent at the end of the turn. */
  #isWaiting = false;
  /** Objects that stand in the current batch, each value's own and those one level below. */
  readonly #present = new Set<object>();

  constructor(
    post: Post,
    onUnsendable: Refuse,
    crossing: Crossing = 'clone',
    schedule?: PostSchedule,
    records?: RecordWriter,
  ) {
    this.#records = records;
    this.#post = post;
    this.#onUnsendable = onUnsendable;
    this.#crossing = crossing;
    this.#schedule = crossing === 'text' ? undefined : schedule;
  }

  /** True when the next pair is the first one of its microtask, or of its batch. */
  get isSettled(): boolean {
    return this.#packages === this.#settled;
  }

  get #packages(): number {
    return this.#batch.length / 2 + (this.#records?.tags.length ?? 0);
  }

  /** Adds a pair to the current batch. The value is copied when the batch is posted: do not change it before. */
  push(tag: number, value: unknown): void {
    const records = this.#records;
    // What goes as a message comes after all that has been written.
    if (records !== undefined && this.#batch.length === 0) {
      const before = records.tags.length;
      const isWritten = records.add(tag, value);
      const now = records.tags.length;
      // It has posted what was there to make room.
      if (now < before || (isWritten && now === before)) this.#settled = 0;
      if (isWritten) {
        if (now === this.#settled + 1) void NOW.then(this.#settle);
        if (now >= MAX_BATCH_SIZE / 2 || records.isFull) this.flush();
        return;
      }
    }
    if (typeof value === 'object' && value !== null && !this.#mayFollow(tag, value)) return;
    if (this.#packages === this.#settled) void NOW.then(this.#settle);
    if (this.#batch.push(tag, value) >= MAX_BATCH_SIZE && (this.#crossing !== 'text' || hasStackRoom()))
      this.flush();
  }

  /** Posts a pair at once, after what has been collected, and moves its buffers to the other side instead of copying them. */
  move(tag: number, value: unknown, transfer: readonly ArrayBuffer[]): void {
    this.flush();
    if (typeof value === 'object' && value !== null && !this.#mayFollow(tag, value)) return;
    this.#present.clear();
    this.#postOne(tag, value, transfer);
  }

  /** Posts what has been collected, or copies it where it is to wait: what changes in a later microtask does not travel. */
  readonly #settle = (): void => {
    const packages = this.#packages;
    if (packages === this.#settled) return;
    if (this.#schedule?.shouldWait(packages) !== true || !this.#isCopied()) {
      this.flush();
      return;
    }
    this.#settled = packages;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#schedule.atEndOfTurn(this.#onEndOfTurn);
  };

  readonly #onEndOfTurn = (): void => {
    this.#isWaiting = false;
    this.flush();
  };

  /** Puts copies in the place of what was added since the last time; false when something in it is not copied here. */
  #isCopied(): boolean {
    const batch = this.#batch;
    const written = this.#records?.tags.length ?? 0;
    for (let i = 2 * Math.max(0, this.#settled - written) + 1; i < batch.length; i += 2) {
      const value = batch[i];
      if (typeof value !== 'object' || value === null) continue;
      const copied = plainCopy(value);
      if (copied === NOT_COPIED) return false;
      batch[i] = copied;
    }
    // Copies share nothing with each other, nor with what comes.
    if (this.#present.size > 0) this.#present.clear();
    return true;
  }

  /** Posts what has been collected now, not at the end of the turn. */
  readonly flush = (): void => {
    this.#settled = 0;
    // What it refuses may bring further packages.
    this.#flushRecords();
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    if (this.#present.size > 0) this.#present.clear();
    for (let from = 0; from < batch.length; from += MAX_BATCH_SIZE)
      this.#postAll(batch.length <= MAX_BATCH_SIZE ? batch : batch.slice(from, from + MAX_BATCH_SIZE));
  };

  #flushRecords(): void {
    const records = this.#records;
    if (records === undefined || records.tags.length === 0) return;
    const { tags } = records;
    try {
      records.flush();
    } catch (error) {
      for (const tag of tags) this.#refuse(tag, error, undefined);
    }
  }

  #postAll(batch: Batch): void {
    try {
      this.#post(batch, NOTHING);
    } catch (error) {
      if (batch.length === 2 && !isRefusedByEngine(error)) this.#refuse(batch[0] as number, error, batch[1]);
      else for (let i = 0; i < batch.length; i += 2) this.#postOne(batch[i] as number, batch[i + 1], NOTHING);
    }
  }

  /** False when the value has been refused: something in it cannot cross, or a getter or a proxy in it has thrown. */
  #mayFollow(tag: number, value: object): boolean {
    // Each value is a text of its own: what stands in two of them becomes two. The codec looks for what text has no word for.
    if (this.#crossing === 'text') return true;
    try {
      if (!isSendable(value, this.#mayShare)) throw new Error('it cannot be read on the other side');
      this.#keepApart(value);
      return true;
    } catch (error) {
      if (this.#batch.length === 0) this.#present.clear();
      this.#refuse(tag, error, value);
      return false;
    }
  }

  /**
   * One message is one clone, in which an object that stands twice stays one object: two callers would get the same reply and see each
   * other's changes. So a value that shares an object with the batch starts a new batch. Sharing further down is not looked for.
   */
  #keepApart(value: object): void {
    if (!this.#enter(value)) return;
    this.flush();
    this.#enter(value);
  }

  /** Notes the value's objects; true when one of them was there already. */
  #enter(value: object): boolean {
    const present = this.#present;
    let isShared = present.has(value);
    present.add(value);
    if (ArrayBuffer.isView(value)) return this.#enterMember(value.buffer) || isShared;
    if (Array.isArray(value)) {
      for (const member of value as unknown[]) if (this.#enterMember(member)) isShared = true;
      return isShared;
    }
    // What a prototype adds is no member, but looking at it does no harm; an array of members for each package would.
    for (const key in value) {
      if (this.#enterMember((value as Record<string, unknown>)[key])) isShared = true;
    }
    return isShared;
  }

  #enterMember(member: unknown): boolean {
    if (typeof member !== 'object' || member === null) return false;
    if (this.#present.has(member)) return true;
    this.#present.add(member);
    return false;
  }

  get #mayShare(): boolean {
    return this.#crossing !== 'unshared clone';
  }

  #refuse(tag: number, error: unknown, value: unknown): void {
    this.#onUnsendable(tag, error, (name) => placeOf(error, name, value, this.#mayShare));
  }

  #postOne(tag: number, value: unknown, transfer: readonly ArrayBuffer[]): void {
    try {
      this.#post([tag, value], transfer);
    } catch (error) {
      if (!isRefusedByEngine(error) || !this.#isPostedAsShown(tag, value, transfer))
        this.#refuse(tag, error, value);
    }
  }

  #isPostedAsShown(tag: number, value: unknown, transfer: readonly ArrayBuffer[]): boolean {
    try {
      this.#post([tag, shownBy(value)], transfer);
      return true;
    } catch {
      // Something else in it cannot cross either.
      return false;
    }
  }
}

/** True for the error of structured clone, which also refuses proxies of what it takes. */
function isRefusedByEngine(error: unknown): boolean {
  return error instanceof Error && error.name === 'DataCloneError';
}
