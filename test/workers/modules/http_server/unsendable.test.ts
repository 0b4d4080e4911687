import { expect, test } from '@jest/globals';
import { withServer } from './server.js';

test.each([
  ['a header', { headers: { 'x-a': 'b\r\nc: d' } }],
  ['a status', { status_code: 777 }],
])('%s that cannot be sent: a 500 like others, and a line in the log', async (_, result) => {
  await withServer({ cors: {} }, [{ return: result }], async ({ ask, flow, lines }) => {
    const got = await ask('GET /', { headers: { 'x-request-id': 'abc' } });
    expect(got).toMatchObject({
      status: 500,
      headers: {
        'content-type': 'application/json',
        'x-request-id': 'abc',
        'access-control-allow-origin': '*',
      },
      body: '{"error": "Internal Server Error"}',
    });
    await flow.close();
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      {
        message: expect.stringMatching(/^Request abc failed: The response cannot be sent/) as unknown,
        fields: { request_id: 'abc', code: 'PHLOW_OUTPUT_INVALID' },
      },
    ]);
  });
});
