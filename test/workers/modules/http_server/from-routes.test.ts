import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openFlow, type Value } from '../../../../src/index.js';
import { ask, listeningLog, withServer, type Served } from './server.js';

type Part = Readonly<Record<string, unknown>>;

interface Document extends Part {
  readonly info: Part;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Part>>>>;
  readonly components: Readonly<Record<string, Part>>;
}

/** What the server says of itself; fails for what is no OpenAPI document. */
async function documentOf(ask: Served['ask']): Promise<Document> {
  const document = JSON.parse((await ask('GET /openapi.json')).body) as Document;
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect({ valid, errors }).toMatchObject({ valid: true });
  return document;
}

/** The document of a server with these routes and steps, and a cache. */
async function documentFor(
  routes: readonly Value[],
  steps: readonly Value[],
  settings: Part = {},
  entry: Readonly<Record<string, Value>> = {},
): Promise<Document> {
  const others = [{ module: 'cache' }];
  return withServer({ routes, ...settings }, steps, ({ ask: askIt }) => documentOf(askIt), { others, entry });
}

const JSON_TYPE = 'application/json';
const STEPS = [
  { id: 'read', use: 'cache', input: '{{ #{ action: "get", key: main.path_params.id } }}' },
  {
    assert: '{{ payload.found }}',
    then: { return: '{{ #{ body: payload.value } }}' },
    else: { return: { status_code: 404, headers: { 'Content-Type': 'text/plain' }, body: 'no such thing' } },
  },
  {
    id: 'write',
    use: 'cache',
    input: '{{ #{ action: "set", key: main.body.key, value: main.body.value, ttl: main.query_params.ttl } }}',
  },
  { return: { status_code: 201, body: { done: true, count: 1 } } },
];

describe('the document of routes', () => {
  test('has what a flow says of itself, and what its modules take and its steps return', async () => {
    const { lines, log, port } = listeningLog();
    const flow = await openFlow(
      {
        flow: {
          ...{ name: 'things', version: '2.0.0', description: 'Keeps things', main: 'web' },
          modules: [
            {
              module: 'http_server',
              name: 'web',
              with: {
                ...{ host: '127.0.0.1', port: 0 },
                routes: [
                  { path: '/things/:id', to: 'read', summary: 'One thing' },
                  { path: '/things', method: 'POST', to: 'write', timeout: '2s' },
                ],
              },
            },
            { module: 'cache' },
          ],
          steps: STEPS,
        },
        baseDir: process.cwd(),
      },
      { serve: true, log },
    );
    try {
      const at = await port;
      const { info, paths, components } = await documentOf((what) => ask(at, what));
      expect(info).toEqual({ title: 'things', version: '2.0.0', description: 'Keeps things' });
      expect(paths['/things/{id}']?.['get']).toEqual({
        summary: 'One thing',
        operationId: 'read',
        parameters: [
          {
            name: 'id',
            in: 'path',
            required: true,
            schema: { description: expect.stringContaining('the key') as unknown, examples: ['user:1'] },
          },
        ],
        responses: {
          200: {
            description: 'OK',
            content: { [JSON_TYPE]: { schema: { description: 'get: the value, or null' } } },
          },
          404: { description: 'Not found', content: { 'text/plain': { schema: { type: 'string' } } } },
          500: { $ref: '#/components/responses/Failed' },
          503: { $ref: '#/components/responses/Unavailable' },
        },
      });
      const post = paths['/things']?.['post'];
      expect(Object.keys((post?.['responses'] ?? {}) as Part)).toEqual([
        '201',
        '400',
        '413',
        '500',
        '503',
        '504',
      ]);
      expect(post).toMatchObject({
        parameters: [{ name: 'ttl', in: 'query', required: false }],
        requestBody: { content: { [JSON_TYPE]: { schema: { properties: { key: {}, value: {} } } } } },
        responses: {
          201: {
            content: {
              [JSON_TYPE]: {
                schema: {
                  properties: { done: { type: 'boolean' }, count: { type: 'number' } },
                  required: ['done', 'count'],
                },
              },
            },
          },
        },
      });
      expect(Object.keys(components['responses'] ?? {})).toEqual([
        'Invalid',
        'TooLarge',
        'Failed',
        'Unavailable',
        'TooLate',
      ]);
      expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    } finally {
      await flow.close();
    }
  });

  test('takes the schemas of a route before all others, without what only manifests know', async () => {
    const input = {
      type: 'object',
      properties: {
        pin: { type: 'string', required: true, secret: true, messages: { type: 'pin must be text' } },
        messages: { $ref: '#/$defs/list' },
      },
      $defs: { list: { type: 'array', items: { type: 'string' } } },
    };
    const query = { type: 'object', properties: { page: { type: 'integer', required: true } } };
    const route = { path: '/a', method: 'PUT', input, query };
    const { paths } = await documentFor([route], [{ return: 'done' }]);
    const at = '#/paths/~1a/put/requestBody/content/application~1json/schema/$defs/list';
    expect(paths['/a']?.['put']).toMatchObject({
      parameters: [{ name: 'page', in: 'query', required: true, schema: { type: 'integer' } }],
      requestBody: {
        required: true,
        content: {
          [JSON_TYPE]: {
            schema: {
              type: 'object',
              required: ['pin'],
              properties: {
                pin: { type: 'string' },
                messages: { $ref: at.replaceAll('~1a', encodeURIComponent('~1a')) },
              },
            },
          },
        },
      },
    });
    expect(JSON.stringify(paths)).not.toMatch(/"secret"|pin must be text/);
  });

  test('shows no text and no number that a step returns', async () => {
    const steps = [{ return: { body: { key: 'not for everybody', pin: 1234 } } }];
    expect(JSON.stringify(await documentFor([{ path: '/' }], steps))).not.toMatch(/not for everybody|1234/);
  });

  test('knows the types of streams', async () => {
    const steps = [
      { id: 'rows', use: 'cache', input: { action: 'stats' }, stream: true },
      {
        ...{ id: 'events', use: 'cache', input: { action: 'stats' }, stream: true },
        return: { headers: { 'content-type': 'text/event-stream' } },
      },
    ];
    const { paths } = await documentFor(
      ['rows', 'events'].map((to) => ({ path: `/${to}`, to })),
      steps,
    );
    const typesOf = (path: string): unknown =>
      (paths[path]?.['get']?.['responses'] as Record<string, Part>)['200']?.['content'];
    expect(typesOf('/rows')).toEqual({ 'application/x-ndjson': { schema: { type: 'string' } } });
    expect(typesOf('/events')).toEqual({ 'text/event-stream': { schema: { type: 'string' } } });
  });

  test('says default where only a run can tell', async () => {
    const { paths } = await documentFor([{ path: '/*' }], [{ return: '{{ main.body }}' }]);
    expect(paths['/{rest}']?.['get']).toMatchObject({
      parameters: [{ name: 'rest', in: 'path', required: true }],
      responses: { default: { description: 'What the flow answers' } },
    });
  });

  test('has one path for templates that differ in names, and no two equal operation ids', async () => {
    const routes = [
      { path: '/a/:id', to: 'one' },
      { path: '/a/:name', method: ['DELETE', 'PURGE'], to: 'one' },
    ];
    const { paths } = await documentFor(routes, [{ id: 'one', return: 'done' }]);
    expect(Object.keys(paths)).toEqual(['/a/{id}']);
    expect(
      Object.entries(paths['/a/{id}'] ?? {}).map(([method, { operationId }]) => [method, operationId]),
    ).toEqual([
      ['get', 'one'],
      ['delete', 'one_2'],
    ]);
  });

  test('has what its author has written', async () => {
    const settings = {
      openapi: {
        info: { title: 'Mine' },
        components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
        security: [{ bearer: [] }],
      },
    };
    const route = {
      path: '/',
      openapi: { tags: ['a'], security: [], responses: { 418: { description: 'A teapot' } } },
    };
    const document = await documentFor([route], [{ return: 'done' }], settings);
    expect(document).toMatchObject({
      info: { title: 'Mine', version: '0.0.0' },
      security: [{ bearer: [] }],
      components: { securitySchemes: { bearer: {} }, responses: { Failed: {} } },
    });
    expect(document.paths['/']?.['get']).toMatchObject({
      tags: ['a'],
      security: [],
      responses: { 200: {}, 418: {} },
    });
  });

  test('is the same at isolated', async () => {
    const routes = [{ path: '/things/:id', to: 'read' }];
    const isolated = { isolation: 'isolated', grant: { net: { listen: ['127.0.0.1:0'] } } };
    expect(await documentFor(routes, STEPS, {}, isolated)).toEqual(await documentFor(routes, STEPS));
  });
});

test('without routes and document there is none', async () => {
  await withServer({}, [{ return: 1 }], async ({ ask: askIt }) => {
    expect((await askIt('GET /openapi.json')).status).toBe(404);
  });
});
