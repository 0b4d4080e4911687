import { expect, test } from '@jest/globals';
import { refusedEncoding, refusedType } from '../../../../workers/modules/http_server/content-type.js';
import { withServer } from './server.js';

test.each([
  'application/json',
  'Application/JSON; charset=utf-8',
  'application/vnd.api+json',
  'text/plain;a=b',
])('a body of the type %s is taken', (type) => expect(refusedType('POST', type)).toBeUndefined());

test.each(['application/jsonEVIL', 'application/+json', 'text/a+json', 'image/png'])(
  'a body of the type %s is refused',
  (type) => expect(refusedType('POST', type)).toMatchObject({ status: 400 }),
);

test('a body that is compressed is refused: nobody would read it', async () => {
  expect(refusedEncoding('identity')).toBeUndefined();
  await withServer({}, [{ return: 1 }], async ({ ask }) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const got = await ask('POST /', { headers, body: 'x' });
    expect(got).toMatchObject({ status: 415, headers: { 'accept-encoding': 'identity' } });
  });
});
