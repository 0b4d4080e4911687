import { readBody, toBody, type Body } from './body.js';
import { streamOf } from './body-stream.js';
import { guardHeaders, Headers } from './headers.js';
import { URL } from './url.js';
import { asInterface, needArguments, toDictionary, toDomString } from './webidl.js';

const WITHOUT_BODY: readonly number[] = [101, 103, 204, 205, 304];
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

interface ResponseState {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: Body;
  readonly type: 'basic' | 'default' | 'error';
  readonly url: string;
  readonly isRedirected: boolean;
}

let responseState: (value: object) => ResponseState | undefined;
let fromState: (state: ResponseState) => Response;

/** What came back, or what a module makes in its place. */
class Response {
  #state: ResponseState;

  static {
    responseState = (value) => (#state in value ? value.#state : undefined);
    fromState = (state) => {
      const response = new Response();
      response.#state = state;
      return response;
    };
  }

  constructor(body?: unknown, init?: unknown) {
    const given = toDictionary(init, 'new Response()');
    const headers = new Headers(given['headers']);
    const status = given['status'] === undefined ? 200 : Math.trunc(Number(given['status']));
    const statusText = given['statusText'] === undefined ? '' : toDomString(given['statusText']);
    if (!(status >= 200 && status <= 599))
      throw new RangeError('Cannot make a response: its status is a number from 200 to 599');
    if (/[^\t\x20-\x7e\x80-\xff]/.test(statusText))
      throw new TypeError('Cannot make a response: its status text has a character that cannot be sent');
    const content = toBody(body);
    if (content.bytes !== undefined && WITHOUT_BODY.includes(status))
      throw new TypeError(`Cannot make a response: one with status ${status} has no body`);
    if (content.type !== undefined && !headers.has('content-type'))
      headers.append('content-type', content.type);
    this.#state = {
      status,
      statusText,
      headers,
      body: content,
      type: 'default',
      url: '',
      isRedirected: false,
    };
  }

  static error(): Response {
    const headers = new Headers();
    guardHeaders(headers);
    return fromState({ ...nothing(), headers, status: 0, type: 'error' });
  }
  static redirect(url: unknown, status: unknown = 302): Response {
    needArguments(arguments.length, 1, 'Response.redirect()');
    const { href } = new URL(url);
    const code = Math.trunc(Number(status));
    if (!REDIRECTS.includes(code))
      throw new RangeError(`Cannot make a redirect: its status is one of ${REDIRECTS.join(', ')}`);
    const headers = new Headers({ location: href });
    guardHeaders(headers);
    return fromState({ ...nothing(), headers, status: code });
  }
  static json(data: unknown, init?: unknown): Response {
    needArguments(arguments.length, 1, 'Response.json()');
    const text = JSON.stringify(data) as string | undefined;
    if (text === undefined) throw new TypeError('Cannot make a response: JSON has no such value');
    const response = new Response(text, init);
    const given = toDictionary(init, 'Response.json()')['headers'];
    if (!new Headers(given).has('content-type'))
      response.#state.headers.set('content-type', 'application/json');
    return response;
  }

  get type(): string {
    return this.#state.type;
  }
  get url(): string {
    return this.#state.url;
  }
  get redirected(): boolean {
    return this.#state.isRedirected;
  }
  get status(): number {
    return this.#state.status;
  }
  get ok(): boolean {
    return this.#state.status >= 200 && this.#state.status <= 299;
  }
  get statusText(): string {
    return this.#state.statusText;
  }
  get headers(): Headers {
    return this.#state.headers;
  }
  get body(): object | null {
    return streamOf(this.#state.body);
  }
  get bodyUsed(): boolean {
    return this.#state.body.isUsed;
  }

  clone(): Response {
    if (this.#state.body.isUsed) throw new TypeError('Cannot clone a response: its body was read already');
    return fromState({
      ...this.#state,
      headers: new Headers(this.#state.headers),
      // Nobody writes to the bytes: every reader is given a copy.
      body: { ...this.#state.body },
    });
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

asInterface(Response, 'Response');

function nothing(): ResponseState {
  return {
    status: 200,
    statusText: '',
    headers: new Headers(),
    body: toBody(null),
    type: 'default',
    url: '',
    isRedirected: false,
  };
}

/** What the network answered. */
export function networkResponse(
  answer: Pick<ResponseState, 'status' | 'statusText' | 'url' | 'isRedirected'>,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array,
): Response {
  const list = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      list.append(name, value);
    } catch {
      // A server may send what no header can be; others are worth more than none.
    }
  }
  guardHeaders(list);
  const hasBody = !WITHOUT_BODY.includes(answer.status);
  const body = { bytes: hasBody ? bytes : undefined, type: undefined, isUsed: false };
  return fromState({ ...answer, headers: list, body, type: 'basic' });
}

export { Response, responseState };
