import {
  createPairIterators,
  iterateByEntries,
  type Pair,
  type PairPart,
  visitPairs,
} from './pair-iterator.js';
import { asInterface, needArguments, toDomString } from './webidl.js';

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN_IN_VALUES = /[\0\r\n]|[^\0-\u00ff]/;

const iterate = createPairIterators('Headers');

/** Whether a list may be changed: that of a response from the network may not. */
type Guard = 'none' | 'immutable';

let guard: (headers: Headers) => void;
let headersRecord: (value: object) => Record<string, string> | undefined;

/** Names with values; the same name may stand more than once. */
class Headers {
  /** By name in lower case, in the order in which they came. */
  readonly #values = new Map<string, string[]>();
  #guard: Guard = 'none';
  /** The list as it is iterated; made again after a change. */
  #sorted: readonly Pair[] | undefined;

  static {
    guard = (headers) => {
      headers.#guard = 'immutable';
    };
    headersRecord = (value) =>
      #values in value
        ? Object.fromEntries([...value.#values].map(([name, values]) => [name, values.join(joiner(name))]))
        : undefined;
  }

  constructor(init?: unknown) {
    if (init === undefined) return;
    for (const [name, value] of pairsFrom(init)) this.#append(name, value);
  }

  append(name: unknown, value: unknown): void {
    needArguments(arguments.length, 2, 'Headers.append()');
    this.#append(toDomString(name), toDomString(value));
  }

  delete(name: unknown): void {
    needArguments(arguments.length, 1, 'Headers.delete()');
    const key = nameOf(name);
    this.#change();
    this.#values.delete(key);
  }

  get(name: unknown): string | null {
    needArguments(arguments.length, 1, 'Headers.get()');
    return this.#values.get(nameOf(name))?.join(', ') ?? null;
  }

  getSetCookie(): string[] {
    return [...(this.#values.get('set-cookie') ?? [])];
  }

  has(name: unknown): boolean {
    needArguments(arguments.length, 1, 'Headers.has()');
    return this.#values.has(nameOf(name));
  }

  set(name: unknown, value: unknown): void {
    needArguments(arguments.length, 2, 'Headers.set()');
    const key = nameOf(name);
    const text = valueOf(value);
    this.#change();
    this.#values.set(key, [text]);
  }

  forEach(callback: unknown, thisArgument?: unknown): void {
    needArguments(arguments.length, 1, 'Headers.forEach()');
    visitPairs(this, () => this.#pairs(), [callback, thisArgument], 'headers');
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
    return iterate(() => this.#pairs(), part);
  }

  #append(name: string, value: string): void {
    const key = nameOf(name);
    const text = valueOf(value);
    this.#change();
    const values = this.#values.get(key);
    if (values === undefined) this.#values.set(key, [text]);
    else values.push(text);
  }

  #change(): void {
    if (this.#guard === 'immutable')
      throw new TypeError('Cannot change headers: those of a response from the network stay as they are');
    this.#sorted = undefined;
  }

  #pairs(): readonly Pair[] {
    this.#sorted ??= [...this.#values]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, values]): Pair[] =>
        name === 'set-cookie' ? values.map((value) => [name, value]) : [[name, values.join(', ')]],
      );
    return this.#sorted;
  }
}

asInterface(Headers, 'Headers');
iterateByEntries(Headers);

function joiner(name: string): string {
  return name === 'cookie' ? '; ' : ', ';
}

function nameOf(value: unknown): string {
  const name = toDomString(value);
  if (!NAME.test(name))
    throw new TypeError(`Cannot use a header: ${JSON.stringify(name.slice(0, 100))} is not a header name`);
  return name.toLowerCase();
}

function valueOf(value: unknown): string {
  const text = toDomString(value).replace(/^[\t\n\r ]+/, '');
  // Not one expression: `[...]+$` looks for an end at every blank.
  let end = text.length;
  while (end > 0 && '\t\n\r '.includes(text[end - 1] ?? 'x')) end--;
  const trimmed = text.slice(0, end);
  if (FORBIDDEN_IN_VALUES.test(trimmed))
    throw new TypeError(
      'Cannot use a header: its value has a line break, a zero or a character beyond U+00FF',
    );
  return trimmed;
}

function pairsFrom(init: unknown): readonly (readonly [string, string])[] {
  if ((typeof init !== 'object' || init === null) && typeof init !== 'function')
    throw new TypeError('Cannot make Headers: the argument is neither a list of pairs nor an object');
  const iterator = (init as Partial<Iterable<unknown>>)[Symbol.iterator] as unknown;
  if (iterator !== undefined && iterator !== null)
    return Array.from(init as Iterable<unknown>, (item) => {
      const [name, value, ...more] = Array.from(item as Iterable<unknown>, toDomString);
      if (name === undefined || value === undefined || more.length > 0)
        throw new TypeError('Cannot make Headers: each item must be a name and a value');
      return [name, value];
    });
  return Reflect.ownKeys(init).flatMap((key): [string, string][] => {
    if (Reflect.getOwnPropertyDescriptor(init, key)?.enumerable !== true) return [];
    return [[toDomString(key), toDomString((init as Record<PropertyKey, unknown>)[key])]];
  });
}

/** Lets nobody change a list any more. */
export { guard as guardHeaders, Headers, headersRecord };
