import { describe, expect, test } from '@jest/globals';
import { linearPattern } from '../../../../src/manifest/linear-pattern.js';
import { errorOf } from '../../../support/with-host.js';
import { bodyProblems } from '../../../../workers/modules/http_server/openapi/body-rules.js';
import { OpenApi } from '../../../../workers/modules/http_server/openapi/document.js';
import { isEmail } from '../../../../workers/modules/http_server/openapi/email.js';
import { withServer } from './server.js';

const ECHO = [{ return: '{{ #{ body: main } }}' }];

function problems(schema: Readonly<Record<string, unknown>>, body: unknown): readonly string[] {
  const rules = { isRequired: true, isJson: true, schema };
  return bodyProblems(body, rules, linearPattern).map(({ message }) => message);
}

describe('bodies by an OpenAPI document', () => {
  test('Q-OPENAPI-BYTES: lengths count signs, not bytes', () => {
    const schema = { properties: { n: { type: 'string', minLength: 4, maxLength: 4 } } };
    expect(problems(schema, { n: 'João' })).toEqual([]);
    expect(problems(schema, { n: '😀😀😀😀' })).toEqual([]);
    expect(problems(schema, { n: 'Joã' })).toEqual(["Field 'n' must be at least 4 characters long"]);
  });

  test('a pattern that is none is a problem of its own, and one that would take years ends', () => {
    expect(problems({ properties: { n: { type: 'string', pattern: '(' } } }, { n: 'x' })).toEqual([
      "Field 'n' has invalid validation pattern",
    ]);
    expect(
      problems({ properties: { n: { type: 'string', pattern: '^(a+)+$' } } }, { n: `${'a'.repeat(60)}!` }),
    ).toEqual(["Field 'n' format is invalid"]);
  });

  test('members such as __proto__ are members like all others', () => {
    const schema = { additionalProperties: false, properties: { a: {} } };
    expect(problems(schema, JSON.parse('{"__proto__":1}'))).toEqual([
      "Additional property '__proto__' is not allowed",
    ]);
    expect(problems({ required: ['constructor'], properties: { constructor: {} } }, {})).toEqual([
      'Missing required field: constructor',
    ]);
  });

  test.each([
    ['a@b.co', true],
    [' a@b.co ', true],
    ['a@b', false],
    ['a@b.c', false],
    ['a@@b.co', false],
    ['a b@c.de', false],
    ['.a@b.co', false],
    ['a..b@c.de', false],
    ['a@-b.co', false],
    ['a@b-.co', false],
    ['a@.co', false],
    ['', false],
  ])('the e-mail address %p: %p', (text, expected) => {
    expect(isEmail(text)).toBe(expected);
  });

  test('references lead through the document, and nowhere else', () => {
    const warned: string[] = [];
    const bodyAt = (reference: string): unknown => {
      const schema = { $ref: reference };
      const post = { requestBody: { content: { 'application/json': { schema } } } };
      const document = {
        paths: { '/a': { post } },
        components: { schemas: { 'A/B': { $ref: '#/components/schemas/C' }, C: { type: 'object' } } },
      };
      return new OpenApi(document, (message) => warned.push(message)).operations[0]?.body.schema;
    };
    expect(bodyAt('#/components/schemas/A~1B')).toEqual({ type: 'object' });
    expect(bodyAt('#/components/schemas/D')).toBeUndefined();
    expect(bodyAt('http://example.com/x')).toBeUndefined();
    expect(bodyAt('#/paths/~1a/post/requestBody/content/application~1json/schema')).toBeUndefined();
    expect(warned).toHaveLength(3);
  });
});

describe('a server with an OpenAPI document', () => {
  const paths = { '/': { get: {} }, '/text': { post: { requestBody: { content: { 'text/plain': {} } } } } };

  test('Q-OPENAPI-ROOT: the path / is reached', async () => {
    await withServer({ openapi_spec: { paths } }, ECHO, async ({ ask }) => {
      expect(JSON.parse((await ask('GET /')).body)).toMatchObject({ path: '/', path_params: {} });
    });
  });

  test('Q-OPENAPI-NONJSON: text is taken where no JSON is asked for', async () => {
    await withServer({ openapi_spec: { paths } }, ECHO, async ({ ask }) => {
      const got = await ask('POST /text', { headers: { 'content-type': 'text/plain' }, body: 'hello' });
      expect(JSON.parse(got.body)).toMatchObject({ body: 'hello' });
    });
  });

  test('Q-OPENAPI-ORDER: parts that are written out come before parameters', async () => {
    const both = { '/users/{id}': { get: {} }, '/users/me': { get: {} } };
    await withServer({ openapi_spec: { paths: both } }, ECHO, async ({ ask }) => {
      expect(JSON.parse((await ask('GET /users/me')).body)).toMatchObject({ path: '/users/me' });
    });
  });

  test('Q-OPENAPI-DUMP: /openapi.json is the document, backslashes and all', async () => {
    const document = { paths, 'x-pattern': String.raw`^\d+\\$` };
    await withServer({ openapi_spec: document }, ECHO, async ({ ask }) => {
      const got = await ask('GET /openapi.json');
      expect(got.headers).toMatchObject({
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
      });
      expect(JSON.parse(got.body)).toEqual(document);
    });
  });

  test('Q-CORS-ERRORS: what is refused has CORS headers', async () => {
    await withServer({ openapi_spec: { paths }, cors: {} }, ECHO, async ({ ask }) => {
      const got = await ask('GET /nowhere', { headers: { origin: 'https://a.com' } });
      expect(got.status).toBe(404);
      expect(got.headers['access-control-allow-origin']).toBe('*');
    });
  });

  test.each([
    ['no document', { info: {} }, /it has no paths/],
    ['a file that is not there', './nowhere.yaml', /openapi_spec cannot be read: .\/nowhere.yaml/],
  ])('Q-OPENAPI-LOAD: %s: does not start', async (_, document, message) => {
    const error = await errorOf(withServer({ openapi_spec: document }, ECHO, () => Promise.resolve()));
    expect(error.message).toMatch(message);
  });
});

describe('strict_mode', () => {
  const document = {
    openapi: '3.0.3',
    paths: {
      '/things/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        post: {
          parameters: [
            { $ref: '#/components/parameters/Limit' },
            { name: 'X-Tenant', in: 'header', required: true, schema: { type: 'string', minLength: 2 } },
          ],
          requestBody: { $ref: '#/components/requestBodies/Thing' },
          responses: {
            200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
            '4XX': { description: 'anything' },
          },
        },
      },
    },
    components: {
      parameters: {
        Limit: {
          name: 'limit',
          in: 'query',
          required: true,
          schema: { type: 'integer', minimum: 0, exclusiveMinimum: true, maximum: 5 },
        },
      },
      requestBodies: {
        Thing: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
      },
      schemas: {
        Thing: {
          type: 'object',
          required: ['color'],
          properties: {
            color: { type: 'string', enum: ['red'] },
            when: { type: 'string', format: 'date', nullable: true },
            inner: { $ref: '#/components/schemas/Thing' },
          },
        },
      },
    },
  };
  const settings = { openapi_spec: document, validation: { strict_mode: true } };
  const send = { headers: { 'content-type': 'application/json', 'x-tenant': 'ab' } };
  const RED = { ...send, body: '{"color":"red","when":null,"inner":{"color":"red"}}' };
  const PASSED = [{ return: '{{ #{ body: main.body } }}' }];

  test('takes what the document allows; the flow gets texts as they were sent', async () => {
    const steps = [
      {
        assert: '{{ main.path_params.id == "7" && main.query_params.limit == "3" }}',
        then: { return: '{{ #{ body: main.body } }}' },
      },
    ];
    await withServer(settings, steps, async ({ ask }) => {
      expect(await ask('POST /things/7?limit=3', RED)).toMatchObject({ status: 200, body: RED.body });
    });
  });

  test.each([
    ['POST /things/abc?limit=3', RED, 'id'],
    ['POST /things/7', RED, 'limit'],
    ['POST /things/7?limit=0', RED, 'limit'],
    ['POST /things/7?limit=6', RED, 'limit'],
    ['POST /things/7?limit=1', { ...RED, headers: { ...send.headers, 'x-tenant': 'a' } }, 'x-tenant'],
    ['POST /things/7?limit=1', { ...send, body: '{"color":"blue"}' }, 'color'],
    ['POST /things/7?limit=1', { ...send, body: '{"color":"red","when":"soon"}' }, 'when'],
    ['POST /things/7?limit=1', { ...send, body: '{"color":"red","inner":{}}' }, 'inner.color'],
  ])('refuses %s %j', async (what, sent, field) => {
    await withServer(settings, PASSED, async ({ ask }) => {
      const got = await ask(what, sent);
      expect(got.status).toBe(400);
      expect((JSON.parse(got.body) as { details: unknown }).details).toMatchObject([{ field }]);
    });
  });

  test('holds responses to the document as well', async () => {
    const blue = [{ return: '{{ #{ body: #{ color: "blue" } } }}' }];
    await withServer(settings, blue, async ({ ask, lines }) => {
      expect(await ask('POST /things/7?limit=1', RED)).toMatchObject({
        status: 500,
        body: '{"error": "Internal Server Error"}',
      });
      expect(lines.some(({ level, message }) => level === 'error' && message.includes('OpenAPI'))).toBe(true);
    });
    await withServer(settings, [{ return: '{{ #{ status_code: 404, body: 1 } }}' }], async ({ ask }) => {
      expect((await ask('POST /things/7?limit=1', RED)).status).toBe(404);
    });
  });
});
