import type { Clock, Context, ResponseHead } from '../../../src/sdk/index.js';
import { messageOf } from '../../../src/errors.js';
import type { Config } from './config.js';
import { failureOf, RequestFailure } from './failure.js';
import type { Request } from './input.js';
import { redirectedTo } from './redirect.js';
import { isWorthRetrying, retryDelayMs } from './retry.js';

/** A response, and its body: whole, or to come. */
export interface Exchange {
  readonly response: ResponseHead;
  readonly body: Uint8Array;
  readonly chunks: () => AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** What a request is sent with. */
export interface Sending extends Pick<Context, 'net' | 'clock' | 'log' | 'signal'> {
  readonly config: Config;
  readonly budget: Budget;
  readonly how: 'fetch' | 'open';
}

const MAX_REDIRECTS = 10;

/** The longest that the host waits for one exchange. */
const MAX_WAIT_MS = 3_600_000;

/** How much is left of the time that a request may take with its redirects and retries. */
export class Budget {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #until: number;

  /** @param ms Infinity for no end. */
  constructor(ms: number, clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#until = clock.now() + ms;
  }

  /** Milliseconds; never more than the host waits. */
  get leftMs(): number {
    return Math.min(MAX_WAIT_MS, Math.max(0, this.#until - this.#clock.now()));
  }
}

/**
 * Sends a request, follows redirects and, as far as the settings say so, tries again while there is time. Every hop is a request of its own to the host, which
 * holds it to what was granted. Rejects with the message of the answer when no response came.
 */
export async function exchange(request: Request, sending: Sending): Promise<Exchange> {
  const { config, budget, clock, log, signal } = sending;
  for (let attempt = 0; ; attempt++) {
    let outcome: Exchange | Error;
    try {
      outcome = await followed(request, sending);
    } catch (error) {
      outcome = error instanceof Error ? error : new Error(messageOf(error));
    }
    const mayRetry = attempt < config.retries && config.retryMethods.has(request.method);
    const delayMs =
      mayRetry && isWorthRetrying(outcome)
        ? retryDelayMs(outcome, attempt, config.retryDelayMs, clock.date())
        : undefined;
    // A retry that cannot begin in time would only hide what came of this attempt.
    if (delayMs === undefined || delayMs >= budget.leftMs || signal.aborted) {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    }
    log.warn(`Retrying in ${Math.round(delayMs)} ms: ${outcomeText(outcome)}`);
    if (!(outcome instanceof Error)) await outcome.close();
    await clock.sleep(delayMs, signal);
  }
}

function outcomeText(outcome: Exchange | Error): string {
  return outcome instanceof Error ? outcome.message : `status ${outcome.response.status}`;
}

async function followed(first: Request, sending: Sending): Promise<Exchange> {
  let request = first;
  for (let hops = 0; ; hops++) {
    const outcome = await sent(request, sending);
    const next = redirectedTo(request, outcome.response);
    if (next === undefined) return outcome;
    await outcome.close();
    if (hops === MAX_REDIRECTS)
      throw new Error(`Request error: there are more than ${MAX_REDIRECTS} redirects`);
    request = next;
  }
}

async function sent(request: Request, { net, config, budget, how }: Sending): Promise<Exchange> {
  const { leftMs } = budget;
  if (leftMs <= 0) throw new RequestFailure('there is no time left', undefined);
  const { method, headers, body } = request;
  const proxy = config.proxyFor(request.url);
  const url = request.url.href.split('#')[0] ?? '';
  const options = {
    method,
    headers,
    redirect: 'manual',
    timeoutMs: leftMs,
    verifyTls: config.verifyTls,
    ...(body === undefined ? {} : { body }),
    ...(proxy === undefined ? {} : { proxy }),
  } as const;
  try {
    if (how === 'open') {
      const response = await net.open(url, options);
      return { response, body: NOTHING, chunks: () => response.body, close: () => response.close() };
    }
    const response = await net.fetch(url, { ...options, maxBytes: config.maxBytes });
    return {
      response,
      body: await response.bytes(),
      chunks: () => NO_CHUNKS,
      close: () => Promise.resolve(),
    };
  } catch (error) {
    throw failureOf(error, url);
  }
}

const NOTHING = new Uint8Array();
const NO_CHUNKS: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};
