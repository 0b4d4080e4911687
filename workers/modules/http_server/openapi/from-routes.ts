import type { Route } from '../routes.js';

type Part = Readonly<Record<string, unknown>>;

/** The OpenAPI document of the routes of a flow. */
export function openApiOf(routes: readonly Route[]): Part {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operations = (paths[templateOf(route)] ??= {});
    for (const method of route.methods) operations[method.toLowerCase()] = operationOf(route);
  }
  return { openapi: '3.1.0', info: { title: 'phlow', version: '1' }, paths };
}

function templateOf({ segments }: Route): string {
  const parts = segments.map((one) =>
    one.kind === 'literal' ? one.text : one.kind === 'parameter' ? `{${one.name}}` : '{rest}',
  );
  return `/${parts.join('/')}`;
}

function operationOf(route: Route): Part {
  const { step, summary, input } = route;
  const parameters = [...pathParameters(route), ...queryParameters(route)];
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(step === undefined ? {} : { operationId: step }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(input === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: input } } } }),
    responses: {
      default: { description: 'What the flow answers' },
      ...(input === undefined && route.query === undefined && route.params === undefined
        ? {}
        : { 400: { description: 'The request is not as the schema asks' } }),
    },
  };
}

function pathParameters({ segments, params }: Route): readonly Part[] {
  return segments.flatMap((segment) => {
    if (segment.kind === 'literal') return [];
    const name = segment.kind === 'rest' ? 'rest' : segment.name;
    return [{ name, in: 'path', required: true, schema: propertyOf(params, name) ?? { type: 'string' } }];
  });
}

function queryParameters({ query }: Route): readonly Part[] {
  const properties = (query?.['properties'] ?? {}) as Part;
  const required = Array.isArray(query?.['required']) ? (query['required'] as readonly unknown[]) : [];
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function propertyOf(schema: Part | undefined, name: string): unknown {
  const properties = (schema?.['properties'] ?? {}) as Part;
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
