import { isMap } from '../../../../src/values.js';
import type { Headers } from '../event.js';
import type { Platform, SchemaCheck } from '../platform.js';
import type { Problem } from '../refusals.js';
import { resolved } from './references.js';

type Part = Readonly<Record<string, unknown>>;

/** Where parameters may stand. */
const PLACES = ['path', 'query', 'header'] as const;
type Place = (typeof PLACES)[number];

/** What messages call a place. */
const SUBJECTS: Readonly<Record<Place, string>> = { path: 'params', query: 'query', header: 'headers' };

/** What is known of a request, for its parameters. */
export type Given = Readonly<Record<Place, Headers>>;

/** All that a document says of one operation: parameters, the whole body, and responses. */
export class StrictOperation {
  readonly #parameters: readonly { readonly place: Place; readonly check: SchemaCheck }[];
  readonly #body: SchemaCheck | undefined;
  /** By status, by `2XX`, or `default`. */
  readonly #responses: ReadonlyMap<string, SchemaCheck>;

  /** @throws for a schema of the document that makes no sense. */
  constructor(
    document: Part,
    { path, method }: { readonly path: string; readonly method: string },
    compile: Platform['compile'],
  ) {
    const at = ['paths', path, method];
    const operation = partAt(document, at);
    this.#parameters = parameterSchemas(document, path, method).map(({ place, schema }) => ({
      place,
      check: compile(schema, SUBJECTS[place], document),
    }));
    this.#body = jsonCheck(document, [...at, 'requestBody'], 'body', compile);
    const responses = isMap(operation) && isMap(operation['responses']) ? operation['responses'] : {};
    this.#responses = new Map(
      Object.keys(responses).flatMap((status): [string, SchemaCheck][] => {
        const check = jsonCheck(document, [...at, 'responses', status], 'body', compile);
        return check === undefined ? [] : [[status.toUpperCase(), check]];
      }),
    );
  }

  /** What is wrong with a request whose body has passed the other rules. */
  requestProblems(given: Given, body: unknown): readonly Problem[] {
    // Copies: texts become numbers in what is checked, and the flow gets them as they were sent.
    const parameters = this.#parameters.flatMap(({ place, check }) => check({ ...given[place] }));
    const isSent = body !== undefined && body !== null && body !== '';
    return [...parameters, ...(isSent ? (this.#body?.(body) ?? []) : [])];
  }

  /** What is wrong with a response. */
  responseProblems(status: number, body: unknown): readonly Problem[] {
    const text = String(status);
    const check =
      this.#responses.get(text) ??
      this.#responses.get(`${text.charAt(0)}XX`) ??
      this.#responses.get('DEFAULT');
    return check?.(body) ?? [];
  }
}

/** The schemas of the parameters of an operation, by place; those of the path hold for all of its operations that do not have their own. */
function parameterSchemas(
  document: Part,
  path: string,
  method: string,
): readonly { readonly place: Place; readonly schema: Part }[] {
  const found = new Map<
    string,
    { readonly place: Place; readonly name: string; readonly isRequired: boolean; readonly reference: string }
  >();
  for (const at of [
    ['paths', path, 'parameters'],
    ['paths', path, method, 'parameters'],
  ]) {
    const list = partAt(document, at);
    if (!Array.isArray(list)) continue;
    list.forEach((written: unknown, i) => {
      const parameter = resolved(document, written);
      const place = isMap(parameter) ? PLACES.find((one) => one === parameter['in']) : undefined;
      if (!isMap(parameter) || place === undefined || typeof parameter['name'] !== 'string') return;
      const name = place === 'header' ? parameter['name'].toLowerCase() : parameter['name'];
      const reference = `${referenceOf(written) ?? pointer([...at, String(i)])}/schema`;
      const isRequired = parameter['required'] === true;
      found.set(`${place} ${name}`, {
        place,
        name,
        isRequired,
        reference: isMap(parameter['schema']) ? reference : '',
      });
    });
  }
  return PLACES.flatMap((place) => {
    const own = [...found.values()].filter((one) => one.place === place);
    if (own.length === 0) return [];
    const properties = Object.fromEntries(
      own.map(({ name, reference }) => [name, reference === '' ? {} : { $ref: `${DOCUMENT}${reference}` }]),
    );
    const required = own.filter(({ isRequired }) => isRequired).map(({ name }) => name);
    return [{ place, schema: { type: 'object', properties, required } }];
  });
}

/** The check of the JSON that a body or a response has; undefined where it has none. */
function jsonCheck(
  document: Part,
  at: readonly string[],
  subject: string,
  compile: Platform['compile'],
): SchemaCheck | undefined {
  const written = partAt(document, at);
  const part = resolved(document, written);
  const content = isMap(part) ? part['content'] : undefined;
  const json = isMap(content) ? content['application/json'] : undefined;
  if (!isMap(json) || !isMap(json['schema'])) return undefined;
  const start = referenceOf(written) ?? pointer(at);
  const reference = `${start}${pointer(['content', 'application/json', 'schema']).slice(1)}`;
  return compile({ $ref: `${DOCUMENT}${reference}` }, subject, document);
}

/** The name of the document among schemas. */
export const DOCUMENT = 'openapi';

function partAt(document: Part, at: readonly string[]): unknown {
  return at.reduce<unknown>(
    (part, name) => (isMap(part) && Object.hasOwn(part, name) ? part[name] : undefined),
    document,
  );
}

function referenceOf(part: unknown): string | undefined {
  return isMap(part) && typeof part['$ref'] === 'string' ? part['$ref'] : undefined;
}

/** `#/paths/~1users~1%7Bid%7D/get` */
function pointer(names: readonly string[]): string {
  const parts = names.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')));
  return `#/${parts.join('/')}`;
}
