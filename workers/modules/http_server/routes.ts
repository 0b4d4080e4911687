import { toJsonSchema } from '../../../src/manifest/dialect.js';
import { isMap } from '../../../src/values.js';
import { segmentsOf, type Segment } from './router.js';
import { durationAt, invalid } from './setting-values.js';

/** One route of the settings: which requests it takes, and where their runs start. */
export interface Route {
  /** In capitals. */
  readonly methods: readonly string[];
  /** As it is written: what `main.path` says. */
  readonly path: string;
  readonly segments: readonly Segment[];
  /** The step that its runs start at; undefined: the first. */
  readonly step: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly summary: string | undefined;
  /** JSON Schemas, whatever dialect they were written in. */
  readonly input: Schema | undefined;
  readonly query: Schema | undefined;
  readonly params: Schema | undefined;
  /** Members of the operation in /openapi.json that its author has written. */
  readonly openapi: Schema;
}

type Schema = Readonly<Record<string, unknown>>;

/** Reads the routes of the settings, whose shape the manifest has checked. Throws PHLOW_WITH_INVALID for two that are equal. */
export function routesOf(list: readonly unknown[]): readonly Route[] {
  const routes = list.map((item, i) => routeOf(isMap(item) ? item : {}, `routes[${i}]`));
  const taken = new Map<string, string>();
  for (const { methods, path, segments } of routes) {
    for (const method of methods) {
      const key = `${method} ${segments.map(keyOf).join('/')}`;
      const other = taken.get(key);
      if (other !== undefined)
        throw invalid(`two routes take the same requests: ${method} ${other} and ${method} ${path}`);
      taken.set(key, path);
    }
  }
  return routes;
}

function routeOf(item: Readonly<Record<string, unknown>>, at: string): Route {
  const { method = 'GET', path, to, summary, openapi } = item;
  const methods = (Array.isArray(method) ? method : [method]).map((one) => String(one).toUpperCase());
  if (methods.length === 0) throw invalid(`${at}.method names no method`);
  const written = String(path);
  return {
    methods: [...new Set(methods)],
    path: written,
    segments: routeSegments(written, at),
    step: typeof to === 'string' ? to : undefined,
    timeoutMs: durationAt(item, 'timeout', `${at}.timeout`),
    summary: typeof summary === 'string' ? summary : undefined,
    input: schemaAt(item, 'input'),
    query: schemaAt(item, 'query'),
    params: schemaAt(item, 'params'),
    openapi: isMap(openapi) ? openapi : {},
  };
}

function schemaAt(item: Readonly<Record<string, unknown>>, name: string): Schema | undefined {
  const value = item[name];
  return isMap(value) ? toJsonSchema(value) : undefined;
}

/** `/users/:id/*`: a part that begins with a colon is a parameter, a last part that is a star takes the rest. */
function routeSegments(path: string, at: string): readonly Segment[] {
  const parts = segmentsOf(path);
  const names = new Set<string>();
  return parts.map((part, i): Segment => {
    if (part === '*') {
      if (i < parts.length - 1) throw invalid(`${at}.path has a * that is not its last part: ${path}`);
      return { kind: 'rest', name: '*' };
    }
    if (!part.startsWith(':')) return { kind: 'literal', text: part };
    const name = part.slice(1);
    if (!/^[A-Za-z_]\w{0,63}$/.test(name))
      throw invalid(`${at}.path has a parameter whose name is none: "${part}" in ${path}; write :id`);
    if (names.has(name)) throw invalid(`${at}.path has two parameters of the name "${name}": ${path}`);
    names.add(name);
    return { kind: 'parameter', name };
  });
}

function keyOf(segment: Segment): string {
  return segment.kind === 'literal' ? segment.text : segment.kind === 'parameter' ? ':' : '*';
}
