import type { Blob } from './blob.js';
import { bytesOfBlob, File } from './blob.js';
import { fromQuery } from './form-encoding.js';
import { createPairIterators, type PairPart } from './pair-iterator.js';
import { encodeUtf8 } from './utf8.js';
import { asInterface, needArguments, toUsvString } from './webidl.js';

const iterate = createPairIterators('FormData');

type Entry = [name: string, value: string | File];

let entriesOf: (value: object) => readonly Entry[] | undefined;
let formFromQuery: (query: string) => FormData;

/** The fields of a form. */
class FormData {
  #entries: Entry[] = [];

  static {
    entriesOf = (value) => (#entries in value ? value.#entries : undefined);
    formFromQuery = (query) => {
      const form = new FormData();
      form.#entries = fromQuery(query);
      return form;
    };
  }

  constructor(form?: unknown) {
    if (form !== undefined)
      throw new TypeError('Cannot make FormData from a form: there is no document here');
  }

  append(name: unknown, value: unknown, fileName?: unknown): void {
    needArguments(arguments.length, 2, 'FormData.append()');
    const entry: Entry = [toUsvString(name), toField(value, fileName)];
    this.#entries.push(entry);
  }
  delete(name: unknown): void {
    needArguments(arguments.length, 1, 'FormData.delete()');
    const key = toUsvString(name);
    this.#entries = this.#entries.filter((entry) => entry[0] !== key);
  }
  get(name: unknown): string | File | null {
    needArguments(arguments.length, 1, 'FormData.get()');
    const key = toUsvString(name);
    return this.#entries.find((entry) => entry[0] === key)?.[1] ?? null;
  }
  getAll(name: unknown): (string | File)[] {
    needArguments(arguments.length, 1, 'FormData.getAll()');
    const key = toUsvString(name);
    return this.#entries.filter((entry) => entry[0] === key).map(([, value]) => value);
  }
  has(name: unknown): boolean {
    needArguments(arguments.length, 1, 'FormData.has()');
    const key = toUsvString(name);
    return this.#entries.some((entry) => entry[0] === key);
  }
  set(name: unknown, value: unknown, fileName?: unknown): void {
    needArguments(arguments.length, 2, 'FormData.set()');
    const key = toUsvString(name);
    const field = toField(value, fileName);
    const first = this.#entries.find((entry) => entry[0] === key);
    if (first === undefined) this.#entries.push([key, field]);
    else {
      first[1] = field;
      this.#entries = this.#entries.filter((entry) => entry === first || entry[0] !== key);
    }
  }

  forEach(callback: unknown, thisArgument?: unknown): void {
    needArguments(arguments.length, 1, 'FormData.forEach()');
    if (typeof callback !== 'function')
      throw new TypeError('Cannot visit fields: the callback must be a function');
    for (let at = 0; at < this.#entries.length; at++) {
      const [name, value] = this.#entries[at] ?? ['', ''];
      Reflect.apply(callback, thisArgument, [value, name, this]);
    }
  }
  entries(): IterableIterator<unknown> {
    return this.#iterate('entries');
  }
  keys(): IterableIterator<unknown> {
    return this.#iterate('keys');
  }
  values(): IterableIterator<unknown> {
    return this.#iterate('values');
  }

  #iterate(part: PairPart): IterableIterator<unknown> {
    return iterate(() => this.#entries, part);
  }
}

asInterface(FormData, 'FormData');
Object.defineProperty(FormData.prototype, Symbol.iterator, {
  ...Object.getOwnPropertyDescriptor(FormData.prototype, 'entries'),
  enumerable: false,
});

function toField(value: unknown, fileName: unknown): string | File {
  const bytes = typeof value === 'object' && value !== null ? bytesOfBlob(value) : undefined;
  if (bytes === undefined) {
    if (fileName !== undefined) throw new TypeError("Cannot name a field's file: the value is no Blob");
    return toUsvString(value);
  }
  if (value instanceof File && fileName === undefined) return value;
  const { type } = value as Blob;
  return new File([bytes], fileName === undefined ? 'blob' : fileName, { type });
}

/** A form as the body of a request; undefined for what is no form. */
export function multipartOf(
  value: object,
): { readonly bytes: Uint8Array; readonly type: string } | undefined {
  const entries = entriesOf(value);
  if (entries === undefined) return undefined;
  const boundary = `----phlow-form-${String(Math.random()).slice(2)}${String(Math.random()).slice(2)}`;
  const pieces = entries.flatMap(([name, field]): (string | Uint8Array)[] => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
    if (typeof field === 'string') return [`${head}\r\n\r\n${field.replace(/\r?\n|\r/g, '\r\n')}\r\n`];
    const type = field.type === '' ? 'application/octet-stream' : field.type;
    return [
      `${head}; filename="${quoted(field.name)}"\r\nContent-Type: ${type}\r\n\r\n`,
      bytesOfBlob(field) ?? '',
      '\r\n',
    ];
  });
  const bytes = joined([...pieces, `--${boundary}--\r\n`]);
  return { bytes, type: `multipart/form-data; boundary=${boundary}` };
}

function quoted(name: string): string {
  return name
    .replace(/\r?\n|\r/g, '\r\n')
    .replace(/[\r\n"]/g, (found) => ({ '\r': '%0D', '\n': '%0A' })[found] ?? '%22');
}

function joined(pieces: readonly (string | Uint8Array)[]): Uint8Array {
  const parts = pieces.map((piece) => (typeof piece === 'string' ? encodeUtf8(piece) : piece));
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export { entriesOf, FormData, formFromQuery };
