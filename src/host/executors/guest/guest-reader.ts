import { PhlowError } from '../../../errors.js';
import type { FaultReader } from '../../../sandbox/bundle/fault-reader.js';
import type { ModuleLimits } from '../../../sandbox/limits.js';
import { PLANE } from '../../../wire/frame.js';
import { droppedLines, type LogRecord } from '../../../wire/log-record.js';
import type { Pending } from '../../../wire/pending.js';
import {
  UP,
  type Batch,
  type Refusal,
  idOf,
  isAnswer,
  isEvent,
  isFault,
  isQuestion,
  opOf,
  tagOf,
} from '../../../wire/protocol.js';
import { parseSafely } from '../../../wire/safe-json.js';
import { boxedBatch, OWN_DEPTH, unbox } from '../../../wire/text-codec.js';
import { readLogRecord } from '../../log/log-line.js';
import { LogRateLimiter } from '../../log/log-rate-limiter.js';
import { FrameBudget } from './host-share.js';
import { newBytesOf } from '../../../wire/json-survey.js';
import { FRAME_BYTES_PER_CHARACTER } from '../../../wire/utf8-length.js';
import { youngGeneration } from './young-generation.js';
import { FrameReading, type Examined } from './frame-reading.js';
import type { HostChecks } from './host-checks.js';
import type { FrameBody, Reading } from './inbox.js';
import { mappedFault, postedError } from './mapped-fault.js';
import type { OpenPackages } from './open-packages.js';
import { readAnswer } from '../../../wire/control.js';
import { readingAfter } from './reading-after.js';

/** Frames up to this length are read in one piece: the costliest text of this many characters takes a few milliseconds. */
export const SHORT_FRAME = 64 * 1024;
/** Parts of tagged values (wire/tagged-cost.ts) that are read in one piece before the rest of a frame is read in steps: some 10 ms. */
const MAX_PARTS_AT_ONCE = 100_000;
/** A frame up to this length makes few objects, whatever is in it. */
const MAX_FEW_PARTS = 8 * 1024;
/** With faults in them, up to this length: what they say is looked through character by character. */
const SHORT_FAULTS = 8 * 1024;
/** A number of log lines that the module's own end has dropped. */
const DROPPED = /^\d{1,9}$/;
/** What the questions in one frame may take of the heap: their arguments go on to files, to the network and to other modules in one piece. */
const MAX_QUESTION_BYTES = 4 * 1_048_576;

/** Replies that break the manifest, by their place in the batch. */
type Refusals = ReadonlyMap<number, Refusal> | undefined;

interface FoundInBatch extends Examined {
  readonly refusals: Refusals;
}

/** What a reader reads for, and what it reports. */
export interface GuestReaderOptions {
  readonly name: string;
  readonly limits: ModuleLimits;
  /** The longest frame in characters. */
  readonly maxLength: number;
  readonly packages: OpenPackages;
  readonly checks: HostChecks;
  readonly faults: FaultReader;
  /** Questions of the host on the control plane. */
  readonly asked: Pending<unknown>;
  batch(batch: Batch): void;
  log(record: LogRecord): void;
  /** The question with that tag is not handed on. */
  refuse(tag: number, error: PhlowError): void;
  /** The module's last word. */
  uncaught(error: Error): void;
  /** The module says that it takes packages; it may say so more than once. */
  ready(): void;
}

/** Reads the frames of one guest: counts what nobody asked for, checks what comes, and hands it on. Throws what is wrong. */
export class GuestReader {
  readonly #options: GuestReaderOptions;
  readonly #budget: FrameBudget;
  readonly #logs: LogRateLimiter;
  #unasked = 0;
  #hasLastWord = false;

  constructor(options: GuestReaderOptions) {
    this.#options = options;
    this.#budget = new FrameBudget(options.limits);
    this.#logs = new LogRateLimiter(options.limits.logBytesPerSecond);
  }

  /** Reads a short frame; says how to continue with a long one. */
  read(plane: string, body: FrameBody): Reading | undefined {
    const { maxLength } = this.#options;
    const isText = typeof body === 'string';
    if (body.length > (isText ? maxLength : maxLength * FRAME_BYTES_PER_CHARACTER))
      throw this.#violation(`a message of ${body.length} ${isText ? 'characters' : 'bytes'}`);
    if (plane === PLANE.log && !this.#admitLog(body)) return undefined;
    if (!isText || body.length > SHORT_FRAME) return this.#readLong(plane, body);
    const room = body.length > MAX_FEW_PARTS ? youngGeneration.makeRoom() : undefined;
    if (room === undefined) return this.#readShort(plane, body);
    return readingAfter(room, () => {
      void youngGeneration.makeRoom();
      return this.#readShort(plane, body);
    });
  }

  #readShort(plane: string, body: string): Reading | undefined {
    const { depth } = this.#options.limits;
    if (plane !== PLANE.data) {
      this.#take(plane, parseSafely(body, depth), body.length);
      return undefined;
    }
    const batch = boxedBatch(parseSafely(body, depth + OWN_DEPTH));
    if (body.length > MAX_FEW_PARTS) youngGeneration.add(newBytesOf(body));
    let parts = 0;
    for (let i = 0; i < batch.length; i += 2) {
      // A regular expression takes long for its length, and a short frame has room for many.
      if (parts > MAX_PARTS_AT_ONCE) return this.#readLong(plane, body);
      parts += unbox(batch, i);
    }
    const { output } = this.#options.checks;
    const refusals = output?.now(batch, body.length);
    if (output !== undefined && refusals === undefined) return this.#readLong(plane, body);
    if (body.length > SHORT_FAULTS && batch.some((tag, i) => i % 2 === 0 && isFault(opOf(tag as number))))
      return { step: this.#takeInSteps(batch, body.length, 0, refusals) };
    this.#takeBatch(batch, body.length, refusals);
    return undefined;
  }

  #readLong(plane: string, body: FrameBody): Reading {
    if (plane !== PLANE.data) {
      return new FrameReading(body, {
        maxDepth: this.#options.limits.depth,
        prepare: () => () => true,
        examine: () => undefined,
        take: (value) => () => {
          this.#take(plane, value, body.length);
          return true;
        },
      });
    }
    let batch: unknown[] = [];
    return new FrameReading<FoundInBatch>(body, {
      maxDepth: this.#options.limits.depth + OWN_DEPTH,
      prepare: (value) => {
        batch = boxedBatch(value);
        let at = 0;
        return () => {
          if (at < batch.length) unbox(batch, at);
          at += 2;
          return at >= batch.length;
        };
      },
      examine: (_, text) => this.#examine(batch, text),
      take: (_, heapBytes, found) => this.#takeInSteps(batch, body.length, heapBytes, found?.refusals),
    });
  }

  /** Checks the replies in a long batch, beside the host's thread when it takes long. */
  #examine(batch: readonly unknown[], text: string): Promise<FoundInBatch> | undefined {
    const { output } = this.#options.checks;
    if (output === undefined || !batch.some((tag, i) => i % 2 === 0 && opOf(tag as number) === UP.reply))
      return undefined;
    const refusals = text.length > SHORT_FRAME ? output.now(batch, text.length) : undefined;
    if (refusals !== undefined) return Promise.resolve({ refusals, text: undefined, ms: 0 });
    return output
      .beside(text, batch, this.#options.limits.depth)
      .then((found) => ({ ...found, refusals: new Map(found.refusals) }));
  }

  /** How many messages that nobody asked for have been read since the last look. */
  takeUnasked(): number {
    const unasked = this.#unasked;
    this.#unasked = 0;
    return unasked;
  }

  #take(plane: string, value: unknown, length: number): void {
    const { asked, faults } = this.#options;
    switch (plane) {
      case PLANE.log:
        this.#options.log(readLogRecord(value));
        break;
      case PLANE.control: {
        const answer = readAnswer(value);
        const waiting = asked.take(answer.id);
        if (waiting === undefined) this.#book(1, length);
        else if (answer.ok) waiting.resolve(answer.value);
        else waiting.reject(postedError(answer.value, faults));
        break;
      }
      case PLANE.uncaught:
        if (this.#hasLastWord) throw this.#violation('a second last word');
        this.#hasLastWord = true;
        this.#options.uncaught(postedError(value, faults));
        break;
      default:
        throw this.#violation(`a message of kind "${plane}"`);
    }
  }

  /** The batch was made for us alone and changes. */
  #takeBatch(batch: unknown[], length: number, refusals: Refusals): void {
    let isSolicited = false;
    for (let i = 0; i < batch.length; i += 2) if (this.#takePair(batch, i, refusals)) isSolicited = true;
    // Its pairs have been booked one by one.
    if (!isSolicited) this.#book(batch.length === 0 ? 1 : 0, length);
    this.#options.batch(batch);
  }

  /** As `takeBatch`, with a pair handed on in each step: faults are long, and looked through. */
  #takeInSteps(batch: unknown[], length: number, heapBytes: number, refusals: Refusals): () => boolean {
    let at = 0;
    let isSolicited = false;
    return () => {
      if (at >= batch.length) {
        if (!isSolicited) this.#book(batch.length === 0 ? 1 : 0, length);
        return true;
      }
      const tag = batch[at] as number;
      if (heapBytes > MAX_QUESTION_BYTES && isQuestion(opOf(tag))) {
        this.#book(1, 0);
        this.#options.refuse(tag, tooLargeQuestion(heapBytes));
      } else {
        if (this.#takePair(batch, at, refusals)) isSolicited = true;
        this.#options.batch([batch[at], batch[at + 1]]);
      }
      at += 2;
      return false;
    };
  }

  /** Counts and checks one pair of a batch, and puts what is to be handed on in its place; true when the host has asked for it. */
  #takePair(batch: unknown[], i: number, refusals: Refusals): boolean {
    const { packages, faults } = this.#options;
    const tag = batch[i] as number;
    const op = opOf(tag);
    const refusal = packages.hasOutput(idOf(tag)) ? refusals?.get(i) : undefined;
    const isSolicited = isAnswer(op)
      ? packages.close(idOf(tag))
      : this.#wasAskedFor(op, idOf(tag), batch[i + 1]);
    if (!isSolicited) this.#book(1, 0);
    if (refusal !== undefined) {
      batch[i] = tagOf(idOf(tag), UP.refusal);
      batch[i + 1] = refusal;
    } else if (op === UP.fault || op === UP.failed || op === UP.mainEnded) {
      batch[i + 1] = mappedFault(batch[i + 1], faults);
    } else if (op === UP.ready) {
      this.#options.ready();
    }
    return isSolicited;
  }

  /** Items of a stream and credit for one belong to an open package; credit for items is seen to further up. An event has its own, a run the request it is for. */
  #wasAskedFor(op: number, id: number, value: unknown): boolean {
    const { packages } = this.#options;
    if (isEvent(op)) return packages.takeRun();
    if (op === UP.credit) return packages.readItems(id, value, performance.now());
    if (op === UP.emit) {
      // It costs the module of its share of the host's time all the same.
      this.#unasked++;
      return packages.takeEvent();
    }
    return (op === UP.item || op === UP.itemRefused) && packages.takeItem(id, performance.now());
  }

  /** False for what is not to be read as a line: a number of lines that were dropped, or a line above the module's rate. It counts all the same. */
  #admitLog(body: FrameBody): boolean {
    this.#book(1, body.length);
    if (typeof body === 'string' && DROPPED.test(body)) {
      this.#options.log(readLogRecord({ dropped: Number(body) }));
      return false;
    }
    if (this.#logs.admit(body.length, performance.now())) return true;
    this.#options.log(droppedLines(1));
    return false;
  }

  #book(messages: number, bytes: number): void {
    this.#unasked += messages;
    const found = this.#budget.book(messages, bytes, performance.now());
    if (found !== undefined) throw this.#violation(found);
  }

  #violation(found: string): PhlowError {
    return violationOf(this.#options.name, found);
  }
}

/** The error of a module that does not keep to the protocol. */
export function violationOf(module: string, found: string): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Module "${module}" broke the protocol: found ${found}`);
}

function tooLargeQuestion(bytes: number): PhlowError {
  const mib = (value: number): string => `${Math.ceil(value / 1_048_576)} MiB`;
  const message = `Cannot ask the host: what is passed would take about ${mib(bytes)} of its memory, at most ${mib(MAX_QUESTION_BYTES)} may; pass less, or one text`;
  return new PhlowError('PHLOW_INPUT_TOO_LARGE', message, { details: { bytes } });
}
