import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withServer, type Got, type Served } from './server.js';

/** A request: its body as JSON, and other headers than the type of the body. */
interface Request {
  readonly what: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One operation of a document: a request with its answer, requests with the field that is wrong, and answers that the document does not allow. */
interface Operation extends Request {
  readonly answer: object;
  readonly refused: readonly (Partial<Request> & { readonly field: string })[];
  readonly wrong: readonly object[];
}

/** The flow answers with what the request asks for. */
const STEPS = [{ return: '{{ parse(main.headers["x-answer"]) }}' }];

function send(ask: Served['ask'], { what, body, headers = {} }: Request, answer: object): Promise<Got> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return ask(what, {
    headers: { 'x-answer': JSON.stringify(answer), ...json, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const PET = { name: 'Rex', photoUrls: ['https://example.com/rex.png'] };
const UUID = '0b0f5c58-3b3a-4e3c-9a5e-2f8c1f1d7a10';
const GIST_ID = 'aa5a315d61ae9438b18d';
const GIST = {
  id: GIST_ID,
  files: { 'a.txt': { filename: 'a.txt', size: 1 } },
  created_at: '2026-01-01T00:00:00Z',
};
const FORECAST = {
  latitude: 38.7,
  longitude: -9.1,
  hourly: { time: ['2026-01-01T00:00:00Z'], temperature_2m: [11.5], wind: [null] },
};

const OPERATIONS: Readonly<Record<string, readonly Operation[]>> = {
  pets: [
    {
      what: 'GET /pets?status=sold&limit=2',
      answer: { body: [{ id: 1, ...PET, chip: null }] },
      refused: [
        { what: 'GET /pets?status=lost', field: 'status' },
        { what: 'GET /pets?limit=0', field: 'limit' },
        { what: 'GET /pets?limit=two', field: 'limit' },
      ],
      wrong: [{ body: [PET] }, { body: { id: 1 } }, { status_code: 500, body: { error: 'x' } }],
    },
    {
      what: 'POST /pets',
      body: { ...PET, chip: null, category: { name: 'dogs', parent: { name: 'animals' } }, tags: ['a', 'b'] },
      answer: { status_code: 201, body: { id: 1, ...PET } },
      refused: [
        { body: { photoUrls: ['https://example.com'] }, field: 'name' },
        { body: { ...PET, photoUrls: [] }, field: 'photoUrls' },
        { body: { ...PET, photoUrls: ['no address'] }, field: 'photoUrls.0' },
        { body: { ...PET, chip: '123' }, field: 'chip' },
        { body: { ...PET, tags: ['a', 'a'] }, field: 'tags.0' },
        { body: { ...PET, category: { name: 'dogs', parent: {} } }, field: 'category.parent.name' },
        { body: { ...PET, status: 'lost' }, field: 'status' },
        { body: [PET], field: 'body' },
      ],
      wrong: [
        { status_code: 201, body: PET },
        { status_code: 422, body: { error: 'x' } },
      ],
    },
    {
      what: 'GET /pets/7',
      answer: { status_code: 404, body: { message: 'no such pet' } },
      refused: [
        { what: 'GET /pets/0', field: 'petId' },
        { what: 'GET /pets/rex', field: 'petId' },
      ],
      wrong: [{ body: { ...PET, id: '7' } }, { status_code: 404, body: {} }],
    },
    {
      what: 'PUT /pets/7',
      body: PET,
      answer: { body: { id: 7, ...PET } },
      refused: [
        { body: { ...PET, name: '' }, field: 'name' },
        { what: 'PUT /pets/-1', field: 'petId' },
      ],
      wrong: [{ body: { id: 7.5, ...PET } }],
    },
    {
      what: 'DELETE /pets/7',
      headers: { 'api-key': 'longenough' },
      answer: { status_code: 204 },
      refused: [
        { headers: {}, field: 'api-key' },
        { headers: { 'api-key': 'short' }, field: 'api-key' },
      ],
      wrong: [],
    },
    {
      what: 'POST /pets/7/visits',
      body: { on: '2026-02-28', reason: { kind: 'injury', severity: 2 } },
      answer: { status_code: 202, body: { id: UUID } },
      refused: [
        { body: { on: '2026-02-30', reason: { kind: 'injury', severity: 2 } }, field: 'on' },
        { body: { on: '2026-02-28' }, field: 'reason' },
        { body: { on: '2026-02-28', reason: { kind: 'injury' } }, field: 'reason' },
        { body: { on: '2026-02-28', reason: { kind: 'vaccination', against: [] } }, field: 'reason' },
      ],
      wrong: [{ status_code: 202, body: { id: 'seven' } }],
    },
  ],
  weather: [
    {
      what: 'GET /v1/forecast?latitude=38.7&longitude=-9.1&forecast_days=3&temperature_unit=celsius&start_date=2026-01-01&cell_selection=land',
      answer: { body: FORECAST },
      refused: [
        { what: 'GET /v1/forecast?latitude=38.7', field: 'longitude' },
        { what: 'GET /v1/forecast?latitude=91&longitude=0', field: 'latitude' },
        { what: 'GET /v1/forecast?latitude=north&longitude=0', field: 'latitude' },
        { what: 'GET /v1/forecast?latitude=0&longitude=0&forecast_days=1.5', field: 'forecast_days' },
        {
          what: 'GET /v1/forecast?latitude=0&longitude=0&temperature_unit=kelvin',
          field: 'temperature_unit',
        },
        { what: 'GET /v1/forecast?latitude=0&longitude=0&start_date=today', field: 'start_date' },
        { what: 'GET /v1/forecast?latitude=0&longitude=0&cell_selection=sea', field: 'cell_selection' },
      ],
      wrong: [
        { body: { ...FORECAST, hourly: {} } },
        { body: { ...FORECAST, hourly: { time: ['midnight'] } } },
        { body: { ...FORECAST, hourly: { time: [], wind: ['strong'] } } },
        { status_code: 400, body: { error: false, reason: 'x' } },
      ],
    },
    {
      what: 'GET /v1/timezones/Europe/Lisbon?at=2026-07-01T12:00:00Z',
      answer: { body: { utc_offset: '+01:00', dst_until: null } },
      refused: [
        { what: 'GET /v1/timezones/Atlantis/Lisbon', field: 'area' },
        { what: 'GET /v1/timezones/Europe/lisbon', field: 'place' },
        { what: 'GET /v1/timezones/Europe/Lisbon?at=noon', field: 'at' },
      ],
      wrong: [
        { body: { utc_offset: '1', dst_until: null } },
        { body: { utc_offset: '+01:00', dst_until: 'autumn' } },
      ],
    },
    {
      what: 'POST /v1/stations',
      headers: { 'x-station': UUID },
      body: { time: '2026-01-01T00:00:00Z', values: { temperature: -12.5, rain: null }, position: [1, 2] },
      answer: { status_code: 202, body: { accepted: 2 } },
      refused: [
        { headers: {}, field: 'x-station' },
        { headers: { 'x-station': 'mine' }, field: 'x-station' },
        { body: { time: 'now', values: { a: 1 } }, field: 'time' },
        { body: { time: '2026-01-01T00:00:00Z', values: {} }, field: 'values' },
        { body: { time: '2026-01-01T00:00:00Z', values: { a: -300 } }, field: 'values.a' },
        { body: { time: '2026-01-01T00:00:00Z', values: { a: 1 }, position: [1, 'x'] }, field: 'position.1' },
        { body: { time: '2026-01-01T00:00:00Z', values: { a: 1 }, more: 1 }, field: 'more' },
      ],
      wrong: [{ status_code: 202, body: { accepted: 0 } }],
    },
    {
      what: `GET /v1/stations/${UUID}`,
      answer: { body: { host: '10.0.0.1' } },
      refused: [{ what: 'GET /v1/stations/mine', field: 'id' }],
      wrong: [{ body: { host: 'not a host' } }],
    },
  ],
  gists: [
    {
      what: 'GET /gists?since=2026-01-01T00:00:00Z&page=2&per_page=100',
      answer: { body: [{ ...GIST, description: null, forks: [GIST] }] },
      refused: [
        { what: 'GET /gists?since=yesterday', field: 'since' },
        { what: 'GET /gists?page=0', field: 'page' },
        { what: 'GET /gists?per_page=101', field: 'per_page' },
      ],
      wrong: [{ body: [{ id: GIST_ID }] }, { body: [{ ...GIST, forks: [{ id: GIST_ID }] }] }],
    },
    {
      what: 'POST /gists',
      body: { public: 'true', files: { 'a.txt': { content: 'a' } } },
      answer: { status_code: 201, body: GIST },
      refused: [
        { body: { description: 'none' }, field: 'files' },
        { body: { files: {} }, field: 'files' },
        { body: { files: { 'a.txt': { content: '' } } }, field: 'files.a.txt.content' },
        { body: { files: { 'a.txt': { content: 'a' } }, public: 'maybe' }, field: 'public' },
      ],
      wrong: [
        { status_code: 201, body: { ...GIST, created_at: 'now' } },
        { status_code: 422, body: {} },
      ],
    },
    {
      what: `GET /gists/${GIST_ID}`,
      answer: { body: GIST },
      refused: [{ what: 'GET /gists/mine', field: 'gist_id' }],
      wrong: [
        { body: { ...GIST, files: { 'a.txt': { size: -1 } } } },
        { status_code: 404, body: { error: 'x' } },
      ],
    },
    {
      what: `PATCH /gists/${GIST_ID}`,
      body: { files: { 'a.txt': null, 'b.txt': { filename: null } } },
      answer: { body: GIST },
      refused: [{ body: { files: { 'a.txt': 'text' } }, field: 'files.a.txt' }],
      wrong: [{ body: {} }],
    },
    {
      what: `DELETE /gists/${GIST_ID}`,
      answer: { status_code: 204 },
      refused: [{ what: 'DELETE /gists/AA5A315D61AE9438B18D', field: 'gist_id' }],
      wrong: [],
    },
    {
      what: `PUT /gists/${GIST_ID}/star`,
      headers: { 'x-api-version': '2022-11-28' },
      answer: { status_code: 204 },
      refused: [
        { headers: {}, field: 'x-api-version' },
        { headers: { 'x-api-version': '1' }, field: 'x-api-version' },
      ],
      wrong: [],
    },
    {
      what: `POST /gists/${GIST_ID}/comments`,
      body: { body: 'well done' },
      answer: { status_code: 201, body: { id: 1, author_association: 'NONE', user: null } },
      refused: [
        { body: {}, field: 'body' },
        { body: { body: '' }, field: 'body' },
        { body: { body: 'x'.repeat(101) }, field: 'body' },
      ],
      wrong: [
        { status_code: 201, body: { id: 1, author_association: 'FRIEND', user: { login: 'ann' } } },
        { status_code: 201, body: { id: 1, author_association: 'NONE', user: {} } },
      ],
    },
  ],
};

describe.each(Object.keys(OPERATIONS))('the document %s', (name) => {
  const path = `../../../../../test/workers/modules/http_server/documents/${name}.yaml`;
  const file = fileURLToPath(new URL(path, import.meta.url));
  const operations = OPERATIONS[name] ?? [];
  const settings = { openapi_spec: file, validation: { strict_mode: true } };

  test('is an OpenAPI document, is served as it is, and has no other operations than those that are tried', async () => {
    const document = parse(readFileSync(file, 'utf8')) as { paths: Record<string, Record<string, unknown>> };
    expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
    const count = Object.values(document.paths).flatMap((item) =>
      Object.keys(item).filter((key) => key !== 'parameters'),
    ).length;
    expect(operations).toHaveLength(count);
    await withServer(settings, STEPS, async ({ ask }) => {
      expect(JSON.parse((await ask('GET /openapi.json')).body)).toEqual(document);
    });
  });

  test('answers what it allows, refuses other requests with the field, and other answers of the flow', async () => {
    await withServer(settings, STEPS, async ({ ask }) => {
      for (const operation of operations) {
        const { what, answer, refused, wrong } = operation;
        const { status_code: status = 200, body } = answer as { status_code?: number; body?: unknown };
        const got = await send(ask, operation, answer);
        expect([what, got.status, got.body]).toEqual([
          what,
          status,
          body === undefined ? '' : JSON.stringify(body),
        ]);
        for (const { field, ...request } of refused) {
          const { status: code, body: text } = await send(ask, { ...operation, ...request }, answer);
          const { details = [] } = JSON.parse(text) as { details?: readonly { field: string }[] };
          expect([what, request, code, details.map((one) => one.field)]).toEqual([
            what,
            request,
            400,
            expect.arrayContaining([field]),
          ]);
        }
        for (const other of wrong)
          expect([what, other, (await send(ask, operation, other)).status]).toEqual([what, other, 500]);
      }
    });
  });
});
