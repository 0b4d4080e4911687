import { fromQuery, toQuery } from './form-encoding.js';
import { createPairIterators, type PairPart } from './pair-iterator.js';
import { asInterface, needArguments, toUsvString } from './webidl.js';

const iterate = createPairIterators('URLSearchParams');

let bindToUrl: (params: URLSearchParams, changed: () => void) => void;
let queryOf: (params: URLSearchParams) => string;
let queryText: (value: object) => string | undefined;
let setQuery: (params: URLSearchParams, query: string) => void;

/** The pairs of a query. */
class URLSearchParams {
  #pairs: [string, string][];
  #changed: (() => void) | undefined;

  static {
    bindToUrl = (params, changed) => {
      params.#changed = changed;
    };
    queryText = (value) => (#pairs in value ? toQuery(value.#pairs) : undefined);
    queryOf = (params) => toQuery(params.#pairs);
    setQuery = (params, query) => {
      params.#pairs = fromQuery(query);
    };
  }

  constructor(init: unknown = '') {
    this.#pairs = pairsFrom(init);
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: unknown, value: unknown): void {
    needArguments(arguments.length, 2, 'URLSearchParams.append()');
    const pair: [string, string] = [toUsvString(name), toUsvString(value)];
    this.#pairs.push(pair);
    this.#changed?.();
  }

  delete(name: unknown, value?: unknown): void {
    needArguments(arguments.length, 1, 'URLSearchParams.delete()');
    const matches = matcher(name, value);
    // In place: an iterator that is under way looks at this list.
    keep(this.#pairs, (pair) => !matches(pair));
    this.#changed?.();
  }

  get(name: unknown): string | null {
    needArguments(arguments.length, 1, 'URLSearchParams.get()');
    return this.#pairs.find(matcher(name, undefined))?.[1] ?? null;
  }

  getAll(name: unknown): string[] {
    needArguments(arguments.length, 1, 'URLSearchParams.getAll()');
    return this.#pairs.filter(matcher(name, undefined)).map(([, value]) => value);
  }

  has(name: unknown, value?: unknown): boolean {
    needArguments(arguments.length, 1, 'URLSearchParams.has()');
    return this.#pairs.some(matcher(name, value));
  }

  set(name: unknown, value: unknown): void {
    needArguments(arguments.length, 2, 'URLSearchParams.set()');
    const key = toUsvString(name);
    const text = toUsvString(value);
    const first = this.#pairs.find((pair) => pair[0] === key);
    if (first === undefined) this.#pairs.push([key, text]);
    else {
      first[1] = text;
      keep(this.#pairs, (pair) => pair === first || pair[0] !== key);
    }
    this.#changed?.();
  }

  sort(): void {
    // By code units, and equal names stay in their order: what the language's comparison and sort do.
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed?.();
  }

  forEach(callback: unknown, thisArgument?: unknown): void {
    needArguments(arguments.length, 1, 'URLSearchParams.forEach()');
    if (typeof callback !== 'function')
      throw new TypeError('Cannot visit pairs: the callback must be a function');
    for (let at = 0; at < this.#pairs.length; at++) {
      const [name, value] = this.#pairs[at] ?? ['', ''];
      Reflect.apply(callback, thisArgument, [value, name, this]);
    }
  }

  toString(): string {
    return toQuery(this.#pairs);
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
    return iterate(() => this.#pairs, part);
  }
}

asInterface(URLSearchParams, 'URLSearchParams');
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
  ...Object.getOwnPropertyDescriptor(URLSearchParams.prototype, 'entries'),
  enumerable: false,
});

function matcher(name: unknown, value: unknown): (pair: readonly [string, string]) => boolean {
  const key = toUsvString(name);
  if (value === undefined) return (pair) => pair[0] === key;
  const text = toUsvString(value);
  return (pair) => pair[0] === key && pair[1] === text;
}

/** Removes from a list what is not to be kept, in one pass. */
function keep<T>(list: T[], shouldKeep: (item: T) => boolean): void {
  let kept = 0;
  for (const item of list) if (shouldKeep(item)) list[kept++] = item;
  list.length = kept;
}

function pairsFrom(init: unknown): [string, string][] {
  if ((typeof init !== 'object' || init === null) && typeof init !== 'function') {
    const query = toUsvString(init);
    return fromQuery(query.startsWith('?') ? query.slice(1) : query);
  }
  const iterator = (init as Partial<Iterable<unknown>>)[Symbol.iterator] as unknown;
  if (iterator !== undefined && iterator !== null) {
    if (typeof iterator !== 'function')
      throw new TypeError('Cannot make URLSearchParams: the argument cannot be iterated');
    return Array.from(init as Iterable<unknown>, pairFrom);
  }
  // Two names may become one when they are made well-formed: the later value takes the earlier place.
  const record = new Map<string, string>();
  for (const key of Reflect.ownKeys(init)) {
    const description = Reflect.getOwnPropertyDescriptor(init, key);
    if (description?.enumerable !== true) continue;
    const name = toUsvString(key);
    record.set(name, toUsvString((init as Record<PropertyKey, unknown>)[key]));
  }
  return [...record];
}

function pairFrom(item: unknown): [string, string] {
  const isIterable =
    ((typeof item === 'object' && item !== null) || typeof item === 'function') &&
    typeof (item as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
  const parts = isIterable ? Array.from(item as Iterable<unknown>, toUsvString) : [];
  const [name, value] = parts;
  if (name === undefined || value === undefined || parts.length > 2)
    throw new TypeError('Cannot make URLSearchParams: each item must be a name and a value');
  return [name, value];
}

export { bindToUrl, queryOf, queryText, setQuery, URLSearchParams };
