import { Blob, bytesOfBlob } from './blob.js';
import { bytesOf } from './buffer-source.js';
import { formFromQuery, multipartOf, type FormData } from './form-data.js';
import { queryText } from './url-search-params.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';
import { toUsvString } from './webidl.js';

/** The body of a request or a response: all of it, or none. */
export interface Body {
  readonly bytes: Uint8Array | undefined;
  /** What the content is, unless a header says it. */
  readonly type: string | undefined;
  isUsed: boolean;
}

/** A body from what `fetch` and `Response` take. */
export function toBody(value: unknown): Body {
  if (value === undefined || value === null) return { bytes: undefined, type: undefined, isUsed: false };
  if (typeof value === 'object') {
    const bytes = bytesOf(value);
    if (bytes !== undefined) return { bytes: new Uint8Array(bytes), type: undefined, isUsed: false };
    const blob = bytesOfBlob(value);
    if (blob !== undefined)
      return {
        bytes: blob,
        type: (value as Blob).type === '' ? undefined : (value as Blob).type,
        isUsed: false,
      };
    const query = queryText(value);
    if (query !== undefined)
      return {
        bytes: encodeUtf8(query),
        type: 'application/x-www-form-urlencoded;charset=UTF-8',
        isUsed: false,
      };
    const form = multipartOf(value);
    if (form !== undefined) return { ...form, isUsed: false };
  }
  return { bytes: encodeUtf8(toUsvString(value)), type: 'text/plain;charset=UTF-8', isUsed: false };
}

/** Takes a body, once. */
function take(body: Body, what: string): Uint8Array {
  if (body.isUsed) throw new TypeError(`Cannot read the body as ${what}: it was read already`);
  if (body.bytes !== undefined) body.isUsed = true;
  return body.bytes ?? new Uint8Array();
}

/** What `Request` and `Response` can do with their body. `typeOf` gives the content type that their headers say. */
export const readBody = {
  text: (body: Body): Promise<string> => later(() => withoutMark(decodeUtf8(take(body, 'text')))),
  json: (body: Body): Promise<unknown> =>
    later(() => JSON.parse(withoutMark(decodeUtf8(take(body, 'JSON')))) as unknown),
  bytes: (body: Body): Promise<Uint8Array> => later(() => new Uint8Array(take(body, 'bytes'))),
  arrayBuffer: (body: Body): Promise<ArrayBuffer> =>
    later(() => new Uint8Array(take(body, 'an ArrayBuffer')).buffer),
  blob: (body: Body, type: string): Promise<Blob> => later(() => new Blob([take(body, 'a Blob')], { type })),
  formData: (body: Body, type: string): Promise<FormData> =>
    later(() => {
      if (!/^application\/x-www-form-urlencoded(?:;|$)/i.test(type))
        throw new TypeError(
          `Cannot read the body as a form: only application/x-www-form-urlencoded is read here, it is ${JSON.stringify(type)}`,
        );
      return formFromQuery(decodeUtf8(take(body, 'a form')));
    }),
};

function later<T>(run: () => T): Promise<T> {
  return Promise.resolve().then(run);
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
