import type { HttpResponse } from '../../../src/sdk/index.js';
import { messageOf } from '../../../src/errors.js';
import { typesOf } from '../../../src/manifest/schema-types.js';
import { isMap, type ValueMap } from '../../../src/values.js';
import { decoded, queryOf, type Target as PathTarget } from './event.js';
import type { OpenApi, Operation } from './openapi/document.js';
import { resolved } from './openapi/references.js';
import type { SchemaCheck } from './platform.js';
import { jsonFault } from './json-fault.js';
import { invalidRequest, methodNotAllowed, notFound, type Problem } from './refusals.js';
import { Router } from './router.js';
import type { Route } from './routes.js';
import { invalid } from './setting-values.js';

/** What a request comes to: a route of the settings, an operation of the document, or both. */
export interface Target {
  readonly route: Route | undefined;
  readonly operation: Operation | undefined;
}

/** What was found for a request. */
export interface Found {
  /** The template; undefined with a refusal. */
  readonly path: string | undefined;
  readonly params: ValueMap;
  /** The query as a schema has made it; undefined where there is no schema. */
  readonly query: ValueMap | undefined;
  readonly target: Target | undefined;
  /** The answer to a request that nothing is there for. */
  readonly refusal: HttpResponse | undefined;
  /** Holds the body to the schema of the route. */
  readonly check: ((body: unknown) => HttpResponse | undefined) | undefined;
}

/** Finds what requests come to. */
export interface Targets {
  find(method: string, target: PathTarget): Found;
}

/** Compiles a schema of a route. */
export type Compile = (schema: Readonly<Record<string, unknown>>, subject: string) => SchemaCheck;

const REFUSED = {
  path: undefined,
  params: {},
  query: undefined,
  target: undefined,
  check: undefined,
} as const;

/** The operations of an OpenAPI document as the only targets. */
export function documentTargets(openapi: OpenApi): Targets {
  return {
    find(method, { path }) {
      const match = openapi.find(path);
      if (match === undefined) return { ...REFUSED, refusal: notFound(path) };
      const operation = match.methods.get(method);
      // Of the original: without the header Allow.
      if (operation === undefined)
        return { ...REFUSED, refusal: withoutAllow(methodNotAllowed(method, [...match.methods.keys()])) };
      const target = { route: undefined, operation };
      const params = Object.fromEntries(match.params);
      return { path: operation.path, params, query: undefined, target, refusal: undefined, check: undefined };
    },
  };
}

function withoutAllow(answer: HttpResponse): HttpResponse {
  return { ...answer, headers: answer.headers.filter(([name]) => name !== 'allow') };
}

interface CheckedRoute {
  readonly route: Route;
  readonly input: SchemaCheck | undefined;
  readonly query: SchemaCheck | undefined;
  /** Names in the query that stand for lists. */
  readonly lists: ReadonlySet<string>;
  readonly params: SchemaCheck | undefined;
}

/** The routes of the settings as the only targets; where there is a document too, bodies are held to that as well. */
export function routeTargets(
  routes: readonly Route[],
  openapi: OpenApi | undefined,
  compile: Compile,
): Targets {
  const router = new Router<CheckedRoute>();
  for (const route of routes) {
    const compiled = (name: 'input' | 'query' | 'params', subject: string): SchemaCheck | undefined => {
      try {
        return route[name] && compile(route[name], subject);
      } catch (error) {
        throw invalid(`${name} of the route ${route.path} is not a usable schema: ${messageOf(error)}`);
      }
    };
    const checked = {
      route,
      input: compiled('input', 'body'),
      query: compiled('query', 'query'),
      lists: listsOf(route.query ?? {}),
      params: compiled('params', 'params'),
    };
    for (const method of route.methods) router.add(method, route.segments, checked);
  }
  return {
    find(method, { path, query }) {
      const match = router.find(path);
      if (match === undefined) return { ...REFUSED, refusal: notFound(path) };
      const checked = match.methods.get(method) ?? (method === 'HEAD' ? match.methods.get('GET') : undefined);
      if (checked === undefined)
        return { ...REFUSED, refusal: methodNotAllowed(method, allowedOf(match.methods)) };
      return foundFor(checked, match.params, query, openapi?.find(path)?.methods.get(method));
    },
  };
}

function listsOf(schema: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const { properties } = schema;
  const names = Object.entries(isMap(properties) ? properties : {}).filter(([, property]) => {
    const found = resolved(schema, property);
    return isMap(found) && typesOf(found).includes('array');
  });
  return new Set(names.map(([name]) => name));
}

/** A route for GET takes HEAD too. */
function allowedOf(methods: ReadonlyMap<string, unknown>): readonly string[] {
  const names = [...methods.keys()];
  return methods.has('GET') && !methods.has('HEAD') ? [...names, 'HEAD'] : names;
}

function foundFor(
  { route, input, query: queryCheck, lists, params: paramsCheck }: CheckedRoute,
  sent: readonly (readonly [string, string])[],
  queryText: string,
  operation: Operation | undefined,
): Found {
  const params: ValueMap = Object.fromEntries(sent.map(([name, value]) => [name, decoded(value)]));
  const query: ValueMap | undefined = queryCheck && queryOf(queryText, lists);
  const problems = [...(paramsCheck?.(params) ?? []), ...(queryCheck?.(query) ?? [])];
  return {
    path: route.path,
    params,
    query,
    target: { route, operation },
    refusal: problems.length === 0 ? undefined : invalidRequest(400, problems),
    check:
      input &&
      ((body) => {
        const found = input(body);
        return found.length === 0 ? undefined : invalidRequest(400, brokenJson(body) ?? found);
      }),
  };
}

/** What is wrong with a body that a schema refuses, and that is still a text though it begins as an object or a list does. Nothing of it is repeated. */
function brokenJson(body: unknown): readonly Problem[] | undefined {
  const at = typeof body === 'string' && /^[[{]/.test(body) ? jsonFault(body) : undefined;
  if (typeof body !== 'string' || at === undefined) return undefined;
  const what = at < body.length ? 'unexpected character' : 'it ends too early,';
  const message = `body is not JSON: ${what} at position ${at}`;
  return [{ type: 'InvalidRequestBody', message, field: 'body' }];
}
