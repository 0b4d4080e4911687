import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { jsonFault } from '../../../../workers/modules/http_server/json-fault.js';
import { withServer } from './server.js';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('where a text stops being JSON', () => {
  test.each([
    ['{"id":1,}', 8],
    ['{"id":', 6],
    ['{"id":1,"b":x}', 12],
    ['[1 2]', 3],
    ['[1]]', 3],
    ['[1}', 2],
    ['{"a" 1}', 5],
    ['{"a":"b\nc"}', 7],
    ['{"a":"\\x"}', 6],
    ['{"a":"b', 7],
  ])('%j: at %i', (text, at) => {
    expect(jsonFault(text)).toBe(at);
  });

  test('nowhere where the parser takes it', () => {
    const part = fc.constantFrom(
      ...'{}[],: \n"-01.5'.split(''),
      '"a"',
      '"a":',
      '\\u12',
      '\\n',
      'e5',
      'true',
      'nul',
    );
    const broken = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(broken, fc.json()), (text) => {
        expect(jsonFault(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('in a long text, too', () => {
    const text = '\\n'.repeat(1_000_000);
    expect(jsonFault(`{"a":"${text}",}`)).toBe(text.length + 8);
  });
});

test('broken JSON is called that, by the place, and nothing of it is repeated', async () => {
  const input = { type: 'object', properties: { password: { type: 'string', secret: true } } };
  const routes = [
    { path: '/', method: 'POST', input },
    { path: '/text', method: 'POST', input: { type: ['object', 'string'] } },
  ];
  await withServer({ routes }, [{ return: '{{ #{ body: main.body } }}' }], async ({ ask }) => {
    const sent = { headers: { 'content-type': 'application/json' }, body: '{"password":"hunter2",}' };
    expect(await ask('POST /', sent)).toMatchObject({
      status: 400,
      body: '{"error":"Validation failed","details":[{"type":"InvalidRequestBody","message":"body is not JSON: unexpected character at position 22","field":"body"}]}',
    });
    expect((await ask('POST /', { ...sent, body: '{"password":' })).body).toMatch(
      /not JSON: it ends too early, at position 12/,
    );
    expect((await ask('POST /text', sent)).status).toBe(200);
  });
});
