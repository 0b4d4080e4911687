import type { FlowDescription } from '../../../../src/sdk/index.js';
import { isMap } from '../../../../src/values.js';
import type { Route } from '../routes.js';
import { describedResponses } from './described-responses.js';
import { plainSchema } from './plain-schema.js';

type Part = Readonly<Record<string, unknown>>;

/** What the document is made of besides the routes. */
export interface Sources {
  /** What the flow says of itself and of the runs of each route; undefined where nobody can say it. */
  readonly flow: FlowDescription | undefined;
  /** Members of the document that its author has written. */
  readonly own: Part;
  /** Whether runs have a time limit where the route says none. */
  readonly hasRunTimeout: boolean;
}

/** The methods that an operation of a document can have; of others there is no way to tell. */
const METHODS: ReadonlySet<string> = new Set('GET PUT POST DELETE OPTIONS HEAD PATCH TRACE'.split(' '));

const JSON_TYPE = 'application/json';

/** Methods whose body is read for what it says. */
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** The OpenAPI document (3.1) of the routes of a flow. */
export function openApiOf(routes: readonly Route[], { flow, own, hasRunTimeout }: Sources): Part {
  const paths: Record<string, Record<string, unknown>> = {};
  const templates = new Map<string, readonly string[]>();
  const ids = new Set<string>();
  for (const [i, route] of routes.entries()) {
    // Paths that differ in the names of their parameters only are one path.
    const shape = route.segments.map((one) => (one.kind === 'literal' ? `=${one.text}` : one.kind)).join('/');
    const names = templates.get(shape) ?? parameterNames(route);
    templates.set(shape, names);
    const path = templateOf(route, names);
    for (const method of route.methods.filter((one) => METHODS.has(one))) {
      const at = `#/paths/${pointerPart(path)}/${method.toLowerCase()}`;
      const operation = operationOf(route, method, {
        names,
        at,
        run: flow?.runs[i],
        hasTimeout: hasRunTimeout || route.timeoutMs !== undefined,
        id: uniqueId(route.step ?? `${method.toLowerCase()}_${idText(path)}`, ids),
      });
      (paths[path] ??= {})[method.toLowerCase()] = withOwn(operation, route.openapi, ['responses']);
    }
  }
  const { name = 'phlow', version = '0.0.0', description } = flow ?? {};
  const info = { title: name, version, ...(description === undefined ? {} : { description }) };
  return withOwn({ openapi: '3.1.0', info, paths, components: COMPONENTS }, own, ['info', 'components']);
}

/** What the author of the flow has written takes precedence; members of `deep` ones are replaced one by one. */
function withOwn(made: Part, own: Part, deep: readonly string[]): Part {
  const merged: Record<string, unknown> = { ...made };
  for (const [name, value] of Object.entries(own)) {
    const before = merged[name];
    const isDeep = isMap(value) && isMap(before) && deep.includes(name);
    merged[name] = isDeep
      ? withOwn(before, value, name === 'components' ? ['schemas', 'responses'] : [])
      : value;
  }
  return merged;
}

function parameterNames({ segments }: Route): readonly string[] {
  const names = segments.flatMap((one) => (one.kind === 'parameter' ? [one.name] : []));
  const hasRest = segments.some(({ kind }) => kind === 'rest');
  return hasRest ? [...names, names.includes('rest') ? 'rest_' : 'rest'] : names;
}

function templateOf({ segments }: Route, names: readonly string[]): string {
  const left = [...names];
  const parts = segments.map((one) => (one.kind === 'literal' ? one.text : `{${left.shift() ?? ''}}`));
  return `/${parts.join('/')}`;
}

function pointerPart(path: string): string {
  return encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function idText(path: string): string {
  return path.replace(/\W+/g, '_').replace(/^_|_$/g, '');
}

function uniqueId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let n = 2; taken.has(id); n++) id = `${wanted}_${n}`;
  taken.add(id);
  return id;
}

interface Details {
  readonly names: readonly string[];
  /** Where the operation is, as a pointer. */
  readonly at: string;
  readonly run: FlowDescription['runs'][number] | undefined;
  readonly hasTimeout: boolean;
  readonly id: string;
}

function operationOf(route: Route, method: string, details: Details): Part {
  const { at, run, hasTimeout, id } = details;
  const { summary, input, query, params } = route;
  const parameters = parametersOf(route, details);
  const body = input ?? memberOf(run?.main, 'body');
  const hasBody = WITH_BODY.has(method);
  const isChecked = hasBody || query !== undefined || params !== undefined || input !== undefined;
  const schemaAt = `${at}/requestBody/content/${pointerPart(JSON_TYPE)}/schema`;
  return {
    ...(summary === undefined ? {} : { summary }),
    operationId: id,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined || (input === undefined && !hasBody)
      ? {}
      : {
          requestBody: {
            required: input !== undefined || requires(run?.main, 'body'),
            content: { [JSON_TYPE]: { schema: plainSchema(body, schemaAt) } },
          },
        }),
    responses: withProblems(describedResponses(run?.results ?? [{}]), [
      ...(isChecked ? (['400'] as const) : []),
      ...(hasBody || input !== undefined ? (['413'] as const) : []),
      '500',
      '503',
      ...(hasTimeout ? (['504'] as const) : []),
    ]),
  };
}

function parametersOf({ segments, params, query }: Route, { names, at, run }: Details): readonly Part[] {
  const inPath = segments.filter(({ kind }) => kind !== 'literal');
  const main = run?.main;
  const own = params ?? memberOf(main, 'path_params');
  const queries = query ?? memberOf(main, 'query_params');
  const properties = isMap(queries?.['properties']) ? queries['properties'] : {};
  const list: readonly Omit<ParameterSource, 'at'>[] = [
    ...inPath.map((segment, i) => ({
      name: names[i] ?? '',
      in: 'path',
      required: true,
      schema: memberOf(own, segment.kind === 'parameter' ? segment.name : '*') ?? { type: 'string' },
    })),
    ...Object.entries(properties).map(([name, schema]) => ({
      name,
      in: 'query',
      required: requires(queries, name),
      schema: isMap(schema) ? schema : {},
    })),
  ];
  return list.map((one, i) => ({ ...one, schema: plainSchema(one.schema, `${at}/parameters/${i}/schema`) }));
}

interface ParameterSource {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Part;
  readonly at: string;
}

function memberOf(schema: Part | undefined, name: string): Part | undefined {
  const properties = schema?.['properties'];
  const member = isMap(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return isMap(member) ? member : undefined;
}

function requires(schema: Part | undefined, name: string): boolean {
  const required = schema?.['required'];
  return Array.isArray(required) && required.includes(name);
}

/** A flow may answer with a status of the server's, too. */
function withProblems(responses: Readonly<Record<string, Part>>, statuses: readonly Status[]): Part {
  const both = statuses.map((status): [string, Part] => {
    const { name, schema: own } = PROBLEMS[status];
    const content = responses[status]?.['content'];
    const schema = contentSchema(content);
    if (!isMap(content) || schema === undefined) return [status, { $ref: `#/components/responses/${name}` }];
    const json = { schema: { anyOf: [schema, referenceTo(own)] } };
    return [status, { ...responses[status], content: { ...content, [JSON_TYPE]: json } }];
  });
  return { ...responses, ...Object.fromEntries(both) };
}

function contentSchema(content: unknown): unknown {
  const json: unknown = isMap(content) ? content[JSON_TYPE] : undefined;
  return isMap(json) ? json['schema'] : undefined;
}

function referenceTo(schema: string): Part {
  return { $ref: `#/components/schemas/${schema}` };
}

/** The body of a 400. */
const INVALID = {
  type: 'object',
  required: ['error', 'details'],
  properties: {
    error: { type: 'string' },
    details: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'message', 'field'],
        properties: { type: { type: 'string' }, message: { type: 'string' }, field: { type: 'string' } },
      },
    },
  },
};

/** The body of what goes wrong in the server. */
const FAILURE = { type: 'object', required: ['error'], properties: { error: { type: 'string' } } };

/** What the server itself answers, by status. */
const PROBLEMS = {
  400: { name: 'Invalid', schema: 'Invalid', description: 'The request is not as the schemas ask' },
  413: { name: 'TooLarge', schema: 'Failure', description: 'The body is too large' },
  500: { name: 'Failed', schema: 'Failure', description: 'The run has failed' },
  503: {
    name: 'Unavailable',
    schema: 'Failure',
    description: 'Too many requests, or the server is about to end',
  },
  504: { name: 'TooLate', schema: 'Failure', description: 'The run took too long' },
} as const;

type Status = `${keyof typeof PROBLEMS}`;

const COMPONENTS = {
  schemas: { Invalid: INVALID, Failure: FAILURE },
  responses: Object.fromEntries(
    Object.values(PROBLEMS).map(({ name, schema, description }) => [
      name,
      { description, content: { [JSON_TYPE]: { schema: referenceTo(schema) } } },
    ]),
  ),
};
