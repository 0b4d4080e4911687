import { errorCode, messageOf, PhlowError } from '../../../src/errors.js';
import { FALLBACK } from '../../../src/http/limits.js';
import type { Context, HttpRequest, HttpResponse, MainContext, RunStream } from '../../../src/sdk/index.js';
import { isMap, type Value } from '../../../src/values.js';
import { Deferred } from '../../../src/wire/deferred.js';
import { EventStream } from './event-stream.js';
import type { Operation } from './openapi/document.js';
import { failedRun } from './refusals.js';
import { pieceOf, replyOf, streamHeadOf } from './reply.js';
import type { Settings } from './settings.js';
import type { Target } from './targets.js';

/** The members of a result that make a response of it. */
const ENVELOPE = ['status_code', 'headers', 'body'];

/** What nobody reads: the client has gone. The number is the one that logs of proxies have for it. */
const GONE: HttpResponse = Object.freeze({ status: 499, headers: [] });

/** Values may be secrets, and do not belong into a log. */
const UNSENDABLE =
  'The response cannot be sent: its status_code must be from 200 to 599, and its headers may have no line break and no character that HTTP does not allow';

/** The flow that the server is the main of. */
export type Flow = Pick<MainContext, 'dispatch' | 'describe'>;

/** What is known of a request besides. */
export interface RunOptions {
  readonly target: Target | undefined;
  readonly requestId: string;
  /** The trace that it belongs to. */
  readonly trace: string | undefined;
}

/** Runs the flow for requests, and makes responses of what that comes to. */
export class Runs {
  readonly #settings: Settings;
  readonly #context: Context;
  readonly #flow = new Deferred<Flow>();
  readonly #events = new Set<EventStream>();

  constructor(settings: Settings, context: Context) {
    this.#settings = settings;
    this.#context = context;
  }

  /** Runs the flow from now on. */
  serve(flow: Flow): void {
    this.#flow.resolve(flow);
  }

  /** What the flow says of the runs that start at these steps, once there is one. */
  async describe(steps: readonly (string | null)[]): ReturnType<Flow['describe']> {
    return (await this.#flow.promise).describe(steps);
  }

  /** Ends all streams of events: they have no end of their own, and their clients connect again elsewhere. */
  endEvents(): void {
    for (const events of this.#events) void events.return();
  }

  /** Rejects with what the run fails with. */
  async answer(request: HttpRequest, main: Value, options: RunOptions): Promise<HttpResponse> {
    const { target, trace: traceparent } = options;
    const { dispatch } = await this.#flow.promise;
    const leaving = new AbortController();
    // What another method has begun is finished: its client may never learn of it, and cannot ask for it twice.
    let isCancellable = request.method === 'GET' || request.method === 'HEAD';
    let isGone = false;
    request.onClose(() => {
      isGone = true;
      if (isCancellable) leaving.abort();
    });
    return new Promise((resolve, reject) => {
      const onStream = (stream: RunStream): void => {
        isCancellable = true;
        if (isGone) leaving.abort();
        resolve(this.#streamed(stream, options));
      };
      dispatch(main, {
        step: target?.route?.step,
        timeoutMs: target?.route?.timeoutMs ?? this.#settings.runTimeoutMs,
        signal: leaving.signal,
        traceparent,
        onStream,
      }).then(
        (result) => resolve(this.#reply(result, target?.operation, options.requestId)),
        (error: unknown) => (isGone ? resolve(GONE) : reject(error as Error)),
      );
    });
  }

  /** The response to a request whose run has failed; the log says why. */
  failed(error: unknown, requestId: string): HttpResponse {
    const answer = failedRun(error, requestId, this.#settings.isDev);
    // Of a client that has gone nobody needs to hear.
    if (answer.status === 500 && errorCode(error) !== 'PHLOW_STREAM_BROKEN')
      this.#context.log.error(`Request ${requestId} failed: ${messageOf(error)}`, {
        request_id: requestId,
        code: errorCode(error),
      });
    return answer;
  }

  /** The body of that response. */
  #failureText(error: unknown, requestId: string): string {
    const { body } = this.failed(error, requestId);
    return typeof body === 'string' ? body : '';
  }

  /** The response in place of one of the flow's that cannot be sent; the log says why. */
  #unsendable(why: string, requestId: string): HttpResponse {
    const error = new PhlowError('PHLOW_OUTPUT_INVALID', why);
    // In production its body is the original's, with the space.
    const answer = this.failed(error, requestId);
    return this.#settings.isDev ? answer : { ...answer, body: FALLBACK.body };
  }

  #reply(result: Value, operation: Operation | undefined, requestId: string): HttpResponse {
    const { log } = this.#context;
    const answer = replyOf(result);
    if (answer === FALLBACK) return this.#unsendable(UNSENDABLE, requestId);
    const body = isMap(result) ? result['body'] : result;
    const problems = this.#settings.validation.responses
      ? (operation?.strict?.responseProblems(answer.status, body) ?? [])
      : [];
    if (problems.length > 0) {
      const text = problems.map(({ message }) => message).join('; ');
      return this.#unsendable(`The flow breaks the OpenAPI document: ${text}`, requestId);
    }
    if (isMap(result) && log.isEnabled('debug') && !ENVELOPE.some((name) => Object.hasOwn(result, name)))
      log.debug('The result has none of status_code, headers and body: the response is empty');
    return answer;
  }

  /** A response whose body comes item by item. */
  async #streamed({ head, items }: RunStream, { requestId }: RunOptions): Promise<HttpResponse> {
    const known = streamHeadOf(head);
    if (known === undefined) {
      await items.return?.();
      return this.#unsendable(UNSENDABLE, requestId);
    }
    const { type, ...response } = known;
    if (/^text\/event-stream\b/i.test(type))
      return { ...response, headers: uncached(response.headers), body: this.#eventsOf(items, requestId) };
    // Until something has been sent a failure can still be answered as one.
    const first = await items.next();
    return { ...response, body: this.#piecesOf(first, items, type, requestId) };
  }

  #eventsOf(items: RunStream['items'], requestId: string): EventStream {
    const events = new EventStream(items, {
      heartbeatMs: this.#settings.heartbeatMs,
      clock: this.#context.clock,
      failed: (error) => this.#failureText(error, requestId),
      onEnd: () => this.#events.delete(events),
    });
    this.#events.add(events);
    return events;
  }

  /** An iterator of its own, no generator: it can be ended while it waits. */
  #piecesOf(
    first: IteratorResult<Value, undefined>,
    items: RunStream['items'],
    type: string,
    requestId: string,
  ): AsyncIterableIterator<string | Uint8Array, undefined> {
    let begun: typeof first | undefined = first;
    const pieces: AsyncIterableIterator<string | Uint8Array, undefined> = {
      [Symbol.asyncIterator]: () => pieces,
      next: async () => {
        try {
          const next = begun ?? (await items.next());
          begun = undefined;
          return next.done === true ? next : { value: pieceOf(next.value, type), done: false };
        } catch (error) {
          this.failed(error, requestId);
          throw error;
        }
      },
      return: async () => {
        await items.return?.();
        return { value: undefined, done: true };
      },
    };
    return pieces;
  }
}

/** Events are of their time, unless the flow says otherwise. */
function uncached(headers: HttpResponse['headers']): HttpResponse['headers'] {
  if (headers.some(([name]) => name === 'cache-control')) return headers;
  return [...headers, ['cache-control', 'no-store']];
}
