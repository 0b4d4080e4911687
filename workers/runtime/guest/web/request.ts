import { AbortController, AbortSignal } from './abort.js';
import { abortStateOf } from './abort-state.js';
import { readBody, toBody, type Body } from './body.js';
import { streamOf } from './body-stream.js';
import { Headers } from './headers.js';
import { URL } from './url.js';
import { asInterface, needArguments, toDictionary, toDomString } from './webidl.js';

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NORMALIZED: readonly string[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'];
const REFUSED: readonly string[] = ['CONNECT', 'TRACE', 'TRACK'];
const REDIRECTS: readonly string[] = ['follow', 'error', 'manual'];

export type Redirect = 'follow' | 'error' | 'manual';

/** What is sent for a request. */
export interface RequestState {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Body;
  readonly redirect: Redirect;
  readonly signal: AbortSignal;
  /** Members that mean nothing here and are handed back as they came. */
  readonly other: Readonly<Record<string, string>>;
}

const OTHER: Readonly<Record<string, string>> = {
  mode: 'cors',
  credentials: 'same-origin',
  cache: 'default',
  referrer: 'about:client',
  referrerPolicy: '',
  integrity: '',
  duplex: 'half',
};

let requestState: (value: object) => RequestState | undefined;

/** What is to be fetched. */
class Request {
  readonly #state: RequestState;

  static {
    requestState = (value) => (#state in value ? value.#state : undefined);
  }

  constructor(input: unknown, init?: unknown) {
    needArguments(arguments.length, 1, 'new Request()');
    const from = typeof input === 'object' && input !== null ? requestState(input) : undefined;
    const given = toDictionary(init, 'new Request()');
    const url = from?.url ?? urlOf(input);
    const method = given['method'] === undefined ? (from?.method ?? 'GET') : methodOf(given['method']);
    const redirect =
      given['redirect'] === undefined ? (from?.redirect ?? 'follow') : redirectOf(given['redirect']);
    const headers = new Headers(given['headers'] ?? from?.headers);
    const signal = signalOf(given['signal'] === undefined ? from?.signal : given['signal']);
    const other = Object.fromEntries(
      Object.entries({ ...OTHER, ...from?.other }).map(([name, usual]) => [
        name,
        given[name] === undefined ? usual : toDomString(given[name]),
      ]),
    );
    const hasBody = given['body'] !== undefined && given['body'] !== null;
    if ((hasBody || from?.body.bytes !== undefined) && (method === 'GET' || method === 'HEAD'))
      throw new TypeError(`Cannot make a request: one with ${method} has no body`);
    const body = hasBody ? toBody(given['body']) : taken(from?.body);
    if (hasBody && body.type !== undefined && !headers.has('content-type'))
      headers.append('content-type', body.type);
    this.#state = { method, url, headers, body, redirect, signal, other };
  }

  get method(): string {
    return this.#state.method;
  }
  get url(): string {
    return this.#state.url;
  }
  get headers(): Headers {
    return this.#state.headers;
  }
  get redirect(): string {
    return this.#state.redirect;
  }
  get signal(): AbortSignal {
    return this.#state.signal;
  }
  get mode(): string {
    return this.#state.other['mode'] ?? '';
  }
  get credentials(): string {
    return this.#state.other['credentials'] ?? '';
  }
  get cache(): string {
    return this.#state.other['cache'] ?? '';
  }
  get referrer(): string {
    return this.#state.other['referrer'] ?? '';
  }
  get referrerPolicy(): string {
    return this.#state.other['referrerPolicy'] ?? '';
  }
  get integrity(): string {
    return this.#state.other['integrity'] ?? '';
  }
  get duplex(): string {
    return this.#state.other['duplex'] ?? '';
  }
  get keepalive(): boolean {
    return this.#state.method === '';
  }
  get destination(): string {
    return this.#state.method === '' ? '-' : '';
  }
  get body(): object | null {
    return streamOf(this.#state.body);
  }
  get bodyUsed(): boolean {
    return this.#state.body.isUsed;
  }

  clone(): Request {
    if (this.#state.body.isUsed) throw new TypeError('Cannot clone a request: its body was read already');
    const copy = new Request(this.#state.url, {
      method: this.#state.method,
      headers: this.#state.headers,
      redirect: this.#state.redirect,
      signal: this.#state.signal,
      ...this.#state.other,
      ...(this.#state.body.bytes === undefined ? {} : { body: this.#state.body.bytes }),
    });
    return copy;
  }
  text(): Promise<string> {
    return readBody.text(this.#state.body);
  }
  json(): Promise<unknown> {
    return readBody.json(this.#state.body);
  }
  bytes(): Promise<Uint8Array> {
    return readBody.bytes(this.#state.body);
  }
  arrayBuffer(): Promise<ArrayBuffer> {
    return readBody.arrayBuffer(this.#state.body);
  }
  blob(): Promise<object> {
    return readBody.blob(this.#state.body, this.#state.headers.get('content-type') ?? '');
  }
  formData(): Promise<object> {
    return readBody.formData(this.#state.body, this.#state.headers.get('content-type') ?? '');
  }
}

asInterface(Request, 'Request');

function urlOf(input: unknown): string {
  const url = new URL(toDomString(input));
  if (url.username !== '' || url.password !== '')
    throw new TypeError('Cannot make a request: its URL has a user or a password in it');
  return url.href;
}

function methodOf(value: unknown): string {
  const method = toDomString(value);
  const upper = method.toUpperCase();
  if (!METHOD.test(method) || REFUSED.includes(upper))
    throw new TypeError(
      `Cannot make a request: the method ${JSON.stringify(method.slice(0, 40))} is not allowed`,
    );
  return NORMALIZED.includes(upper) ? upper : method;
}

function redirectOf(value: unknown): Redirect {
  const redirect = toDomString(value);
  if (!REDIRECTS.includes(redirect))
    throw new TypeError(`Cannot make a request: "redirect" is none of ${REDIRECTS.join(', ')}`);
  return redirect as Redirect;
}

function signalOf(value: unknown): AbortSignal {
  if (value === undefined || value === null) return new AbortController().signal;
  if (abortStateOf(value) === undefined)
    throw new TypeError('Cannot make a request: the option "signal" is not an AbortSignal');
  return AbortSignal.any([value]);
}

/** The body of the request that this one is made from; it can be read here only from now on. */
function taken(body: Body | undefined): Body {
  if (body === undefined) return { bytes: undefined, type: undefined, isUsed: false };
  if (body.isUsed)
    throw new TypeError('Cannot make a request: the body of the one it is made from was read already');
  if (body.bytes !== undefined) body.isUsed = true;
  return { ...body, isUsed: false };
}

export { Request, requestState };
