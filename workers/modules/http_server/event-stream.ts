import { PhlowError } from '../../../src/errors.js';
import type { Clock } from '../../../src/sdk/index.js';
import { isMap, type Value } from '../../../src/values.js';
import { json } from './reply.js';

/** The members of an item that are fields of its event. */
const FIELDS: ReadonlySet<string> = new Set(['event', 'id', 'retry', 'data']);

/** A comment: it shows proxies and clients that the connection lives. */
const HEARTBEAT = ':\n\n';

type Result = IteratorResult<string, undefined>;
const DONE: Result = { value: undefined, done: true };

/** How a stream of events is sent. */
export interface EventStreamOptions {
  /** After so long without an event a comment is sent. */
  readonly heartbeatMs: number;
  readonly clock: Pick<Clock, 'sleep'>;
  /** The text of the event `error`, for what the stream has failed with. */
  readonly failed: (error: unknown) => string;
  readonly onEnd: () => void;
}

/** Items as server-sent events. Nothing is read ahead: a client that is slow slows down what makes the items. */
export class EventStream implements AsyncIterableIterator<string, undefined> {
  readonly #items: AsyncIterableIterator<Value, undefined>;
  readonly #options: EventStreamOptions;
  /** The next event, which heartbeats do not wait for. */
  #coming: Promise<Result> | undefined;
  #isOver = false;

  constructor(items: AsyncIterableIterator<Value, undefined>, options: EventStreamOptions) {
    this.#items = items;
    this.#options = options;
  }

  async next(): Promise<Result> {
    if (this.#isOver) return DONE;
    const { clock, heartbeatMs } = this.#options;
    this.#coming ??= this.#read();
    const waiting = new AbortController();
    const beat = clock.sleep(heartbeatMs, waiting.signal).then(
      () => undefined,
      () => undefined,
    );
    const first = await Promise.race([this.#coming, beat]);
    waiting.abort();
    if (first === undefined) return { value: HEARTBEAT, done: false };
    this.#coming = undefined;
    return first;
  }

  /** Ends the stream, and what makes its items. */
  async return(): Promise<Result> {
    this.#end();
    await this.#items.return?.();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #read(): Promise<Result> {
    try {
      const next = await this.#items.next();
      if (next.done !== true) return { value: frameOf(next.value), done: false };
      this.#end();
      return DONE;
    } catch (error) {
      const wasOver = this.#isOver;
      await this.return();
      // The head has left long ago: the stream itself has to say so.
      return wasOver
        ? DONE
        : { value: `event: error\n${dataLines(this.#options.failed(error))}\n`, done: false };
    }
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onEnd();
  }
}

/** One item as an event. Throws for a field that cannot be sent. */
export function frameOf(item: Value): string {
  if (!isEvent(item)) return `${dataLines(textOf(item))}\n`;
  const { event, id, retry, data } = item;
  const lines = [
    line('event', event),
    line('id', id),
    retry === undefined || retry === null ? '' : `retry: ${wholeNumber(retry)}\n`,
    data === undefined ? '' : dataLines(textOf(data)),
  ];
  return `${lines.join('')}\n`;
}

/** An object of nothing but fields of an event. */
function isEvent(item: Value): item is Readonly<Record<string, Value>> {
  if (!isMap(item) || ArrayBuffer.isView(item)) return false;
  const names = Object.keys(item);
  return names.length > 0 && names.every((name) => FIELDS.has(name));
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : json(value);
}

function dataLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((part) => `data: ${part}\n`)
    .join('');
}

function line(name: string, value: Value): string {
  if (value === undefined || value === null) return '';
  const text = textOf(value);
  if (/[\r\n\0]/.test(text)) throw invalid(`its ${name} has a line break or NUL`);
  return `${name}: ${text}\n`;
}

function wholeNumber(value: Value): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw invalid(`its retry is no whole number of milliseconds`);
}

function invalid(why: string): PhlowError {
  return new PhlowError('PHLOW_OUTPUT_INVALID', `Cannot send an event: ${why}`);
}
