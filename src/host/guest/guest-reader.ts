import { PhlowError } from '../../errors.js';
import type { ModuleLimits } from '../../sandbox/limits.js';
import { PLANE } from '../../wire/frame.js';
import type { LogRecord } from '../../wire/log-record.js';
import type { Pending } from '../../wire/pending.js';
import { UP, type Batch } from '../../wire/protocol.js';
import { parseSafely } from '../../wire/safe-json.js';
import { idOf, opOf, tagOf } from '../../wire/tag.js';
import { batchOf, OWN_DEPTH } from '../../wire/text-codec.js';
import { readLogRecord } from '../log/log-line.js';
import { FrameBudget } from './frame-budget.js';
import { FrameReading } from './frame-reading.js';
import { isAnswer, outputRefusal, type HostChecks } from './host-checks.js';
import type { FrameBody, Reading } from './inbox.js';
import { mappedFault } from './mapped-fault.js';
import type { OpenPackages } from './open-packages.js';
import { postedError } from './posted-error.js';
import { readAnswer } from './read-answer.js';

/** Frames up to this length are read in one piece: the costliest text of so many characters takes a few milliseconds. */
export const SHORT_FRAME = 64 * 1024;
/** A character is at most three bytes. */
const BYTES_PER_CHARACTER = 3;
/** What the questions in one frame may take of the heap: their arguments go on to files, to the network and to other modules in one piece. */
const MAX_QUESTION_BYTES = 4 * 1_048_576;

/** What a reader reads for, and whom it tells. */
export interface GuestReaderOptions {
  readonly name: string;
  readonly limits: ModuleLimits;
  /** The longest frame in characters. */
  readonly maxLength: number;
  readonly packages: OpenPackages;
  readonly checks: HostChecks;
  readonly mapStack: (stack: string) => string;
  /** Questions of the host on the control plane. */
  readonly asked: Pending<unknown>;
  batch(batch: Batch): void;
  log(record: LogRecord): void;
  /** The module's last word. */
  uncaught(error: Error): void;
  /** The module says that it takes packages; it may say so more than once. */
  ready(): void;
}

/** Reads the frames of one guest: counts what nobody asked for, checks what comes, and hands it on. Throws what is wrong. */
export class GuestReader {
  readonly #options: GuestReaderOptions;
  readonly #budget: FrameBudget;
  #unasked = 0;
  #hasLastWord = false;

  constructor(options: GuestReaderOptions) {
    this.#options = options;
    this.#budget = new FrameBudget(options.limits);
  }

  /** Reads a short frame; says how to go on with a long one. */
  read(plane: string, body: FrameBody): Reading | undefined {
    const { maxLength, limits } = this.#options;
    const isText = typeof body === 'string';
    if (body.length > (isText ? maxLength : maxLength * BYTES_PER_CHARACTER))
      throw this.#violation(`a message of ${body.length} ${isText ? 'characters' : 'bytes'}`);
    if (plane === PLANE.log) this.#book(body.length);
    const maxDepth = plane === PLANE.data ? limits.depth + OWN_DEPTH : limits.depth;
    if (isText && body.length <= SHORT_FRAME) {
      this.#take(plane, parseSafely(body, maxDepth), body.length, 0);
      return undefined;
    }
    return new FrameReading(body, {
      maxDepth,
      examine: undefined,
      take: (value, heapBytes) => this.#take(plane, value, body.length, heapBytes),
    });
  }

  /** How many messages that nobody asked for have been read since the last look. */
  takeUnasked(): number {
    const unasked = this.#unasked;
    this.#unasked = 0;
    return unasked;
  }

  #take(plane: string, value: unknown, length: number, heapBytes: number): void {
    const { asked, mapStack } = this.#options;
    switch (plane) {
      case PLANE.data:
        this.#takeBatch(batchOf(value) as unknown[], length, heapBytes);
        break;
      case PLANE.log:
        this.#options.log(readLogRecord(value));
        break;
      case PLANE.control: {
        const answer = readAnswer(value);
        const waiting = asked.take(answer.id);
        if (waiting === undefined) this.#book(length);
        else if (answer.ok) waiting.resolve(answer.value);
        else waiting.reject(postedError(answer.value, mapStack));
        break;
      }
      case PLANE.uncaught:
        if (this.#hasLastWord) throw this.#violation('a second last word');
        this.#hasLastWord = true;
        this.#options.uncaught(postedError(value, mapStack));
        break;
      default:
        throw this.#violation(`a message of kind "${plane}"`);
    }
  }

  /** The batch was made for us alone and changes. */
  #takeBatch(batch: unknown[], length: number, heapBytes: number): void {
    const { name, packages, checks, mapStack } = this.#options;
    let isSolicited = false;
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const op = opOf(tag);
      if (isAnswer(op) ? packages.close(idOf(tag)) : this.#isOfStream(op, idOf(tag), batch[i + 1]))
        isSolicited = true;
      else this.#book(0);
      if (op === UP.reply) {
        const refusal = outputRefusal(name, batch[i + 1], checks.output);
        if (refusal !== undefined) {
          batch[i] = tagOf(idOf(tag), UP.refusal);
          batch[i + 1] = refusal;
        }
      } else if (op === UP.fault || op === UP.failed || op === UP.mainEnded) {
        batch[i + 1] = mappedFault(batch[i + 1], mapStack);
      } else if (op === UP.ready) {
        this.#options.ready();
      } else if (heapBytes > MAX_QUESTION_BYTES && isQuestion(op)) {
        throw this.#violation(
          `a question to the host that takes about ${Math.round(heapBytes / 1_048_576)} MiB of memory`,
        );
      }
    }
    if (!isSolicited) this.#book(length);
    this.#options.batch(batch);
  }

  /** Items of a stream and credit for one belong to an open package; that there is credit for items is seen to further up. */
  #isOfStream(op: number, id: number, value: unknown): boolean {
    const { packages } = this.#options;
    if (op === UP.credit) return packages.readItems(id, value, performance.now());
    return (op === UP.item || op === UP.itemRefused) && packages.touch(id, performance.now());
  }

  #book(bytes: number): void {
    this.#unasked++;
    const found = this.#budget.book(bytes, performance.now());
    if (found !== undefined) throw this.#violation(found);
  }

  #violation(found: string): PhlowError {
    return violationOf(this.#options.name, found);
  }
}

/** The error of a module that does not keep to the protocol. */
export function violationOf(module: string, found: string): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot go on with module "${module}": found ${found}`);
}

function isQuestion(op: number): boolean {
  return op === UP.event || op === UP.power || op === UP.powerFor;
}
