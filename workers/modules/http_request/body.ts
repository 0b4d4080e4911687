import { isMap, textOf } from '../../../src/values.js';
import type { HttpInput } from './input.js';

/** What a request carries. */
export interface Body {
  readonly bytes: Uint8Array;
  /** The content type, unless the call names one. */
  readonly type: string | undefined;
}

/** The body that a call asks for; undefined for none. Throws with the message of the answer when it asks for several. */
export function bodyOf({ body, form, multipart }: HttpInput): Body | undefined {
  const given = [body, form, multipart].filter((one) => one !== undefined && one !== null);
  if (given.length > 1) throw new Error("Only one of 'body', 'form' and 'multipart' can be given");
  if (isMap(form)) return formBody(form);
  if (isMap(multipart)) return multipartBody(multipart);
  return body === undefined || body === null ? undefined : plainBody(body);
}

function plainBody(body: unknown): Body {
  if (body instanceof Uint8Array) return { bytes: body, type: undefined };
  const text = textOf(body);
  const isJson = typeof body === 'object' || (text.startsWith('{') && text.endsWith('}'));
  return { bytes: encode(text), type: isJson ? 'application/json' : undefined };
}

function formBody(form: Readonly<Record<string, unknown>>): Body {
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    valuesOf(value).map((one): [string, string] => [name, textOf(one)]),
  );
  return {
    bytes: encode(new URLSearchParams(pairs).toString()),
    type: 'application/x-www-form-urlencoded',
  };
}

/** A list is a field for each item; null is no field. */
function valuesOf(value: unknown): readonly unknown[] {
  return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).filter(
    (one) => one !== undefined && one !== null,
  );
}

function multipartBody(fields: Readonly<Record<string, unknown>>): Body {
  const boundary = `phlow-${crypto.randomUUID()}`;
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    valuesOf(value).flatMap((one) => [encode(`--${boundary}\r\n`), ...partOf(name, one), encode('\r\n')]),
  );
  return {
    bytes: joined([...parts, encode(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

function partOf(name: string, value: unknown): readonly Uint8Array[] {
  const disposition = `Content-Disposition: form-data; name="${quoted(name)}"`;
  if (!isMap(value) || !Object.hasOwn(value, 'content'))
    return [encode(`${disposition}\r\n\r\n`), bytesOf(value)];
  const { filename, type, content } = value;
  const file = typeof filename === 'string' ? `; filename="${quoted(filename)}"` : '';
  const contentType = typeof type === 'string' ? type : 'application/octet-stream';
  if (/[^\x20-\x7e]/.test(contentType))
    throw new Error(`The type of the multipart field '${name}' is not valid`);
  return [encode(`${disposition}${file}\r\nContent-Type: ${contentType}\r\n\r\n`), bytesOf(content)];
}

/** As browsers write the names of fields: what would end the text or the line is written by its code. */
function quoted(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : encode(textOf(value));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
