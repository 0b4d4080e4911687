import { outside } from './outside.js';
import { bindToUrl, queryOf, setQuery, URLSearchParams } from './url-search-params.js';
import { asInterface, needArguments, toUsvString } from './webidl.js';

/** Where each part stands in what the other side answers. */
const PART = {
  href: 0,
  protocol: 1,
  username: 2,
  password: 3,
  host: 4,
  hostname: 5,
  port: 6,
  pathname: 7,
  search: 8,
  hash: 9,
  origin: 10,
} as const;

/** A parsed address. */
class URL {
  #parts: readonly string[];
  #params: URLSearchParams | undefined;
  /** The parameters have changed since the parts were computed. */
  #isStale = false;

  constructor(url: unknown, base?: unknown) {
    needArguments(arguments.length, 1, 'new URL()');
    const text = toUsvString(url);
    const parts = parse(text, base === undefined ? undefined : toUsvString(base));
    if (parts === undefined) throw invalid(text);
    this.#parts = parts;
  }

  static parse(url: unknown, base?: unknown): URL | null {
    needArguments(arguments.length, 1, 'URL.parse()');
    const text = toUsvString(url);
    const parts = parse(text, base === undefined ? undefined : toUsvString(base));
    return parts === undefined ? null : new URL(parts[PART.href]);
  }

  static canParse(url: unknown, base?: unknown): boolean {
    needArguments(arguments.length, 1, 'URL.canParse()');
    const text = toUsvString(url);
    return parse(text, base === undefined ? undefined : toUsvString(base)) !== undefined;
  }

  get href(): string {
    return this.#read(PART.href);
  }
  set href(value: unknown) {
    const text = toUsvString(value);
    const parts = parse(text, undefined);
    if (parts === undefined) throw invalid(text);
    this.#take(parts);
  }
  get origin(): string {
    return this.#read(PART.origin);
  }
  get protocol(): string {
    return this.#read(PART.protocol);
  }
  set protocol(value: unknown) {
    this.#write('protocol', value);
  }
  get username(): string {
    return this.#read(PART.username);
  }
  set username(value: unknown) {
    this.#write('username', value);
  }
  get password(): string {
    return this.#read(PART.password);
  }
  set password(value: unknown) {
    this.#write('password', value);
  }
  get host(): string {
    return this.#read(PART.host);
  }
  set host(value: unknown) {
    this.#write('host', value);
  }
  get hostname(): string {
    return this.#read(PART.hostname);
  }
  set hostname(value: unknown) {
    this.#write('hostname', value);
  }
  get port(): string {
    return this.#read(PART.port);
  }
  set port(value: unknown) {
    this.#write('port', value);
  }
  get pathname(): string {
    return this.#read(PART.pathname);
  }
  set pathname(value: unknown) {
    this.#write('pathname', value);
  }
  get search(): string {
    return this.#read(PART.search);
  }
  set search(value: unknown) {
    this.#write('search', value);
  }
  get searchParams(): URLSearchParams {
    if (this.#params === undefined) {
      this.#params = new URLSearchParams(this.#read(PART.search));
      bindToUrl(this.#params, () => {
        this.#isStale = true;
      });
    }
    return this.#params;
  }
  get hash(): string {
    return this.#read(PART.hash);
  }
  set hash(value: unknown) {
    this.#write('hash', value);
  }

  toString(): string {
    return this.#read(PART.href);
  }
  toJSON(): string {
    return this.#read(PART.href);
  }

  #read(part: number): string {
    if (this.#isStale) this.#renew();
    return this.#parts[part] ?? '';
  }

  #write(part: string, value: unknown): void {
    // First of all the conversion: it may run code of the module, which may change this URL.
    const text = toUsvString(value);
    if (this.#isStale) this.#renew();
    const parts = partsOf(outside().natives.setUrl(this.#parts[PART.href] ?? '', part, text));
    if (parts === undefined) return;
    this.#parts = parts;
    if (part === 'search') this.#refill();
  }

  /** Computed when it is asked for, not at each change: a thousand changes cost one pass. */
  #renew(): void {
    this.#isStale = false;
    const query = this.#params === undefined ? '' : queryOf(this.#params);
    this.#parts =
      partsOf(outside().natives.setUrl(this.#parts[PART.href] ?? '', 'search', query)) ?? this.#parts;
  }

  #take(parts: readonly string[]): void {
    this.#parts = parts;
    this.#isStale = false;
    this.#refill();
  }

  #refill(): void {
    if (this.#params !== undefined) setQuery(this.#params, (this.#parts[PART.search] ?? '').slice(1));
  }
}
asInterface(URL, 'URL');

function invalid(input: string): TypeError {
  const shown = JSON.stringify(input.length > 200 ? `${input.slice(0, 200)}…` : input);
  // The code and the input are what packages for Node look for.
  return Object.assign(new TypeError(`Cannot parse a URL: ${shown} is not one`), {
    code: 'ERR_INVALID_URL',
    input,
  });
}

function parse(url: string, base: string | undefined): readonly string[] | undefined {
  return partsOf(outside().natives.parseUrl(url, base));
}

function partsOf(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as readonly string[]);
}

export { URL };
