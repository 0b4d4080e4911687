import { describe, expect, test } from '@jest/globals';
import { traceOf } from '../../../../workers/modules/http_server/trace-context.js';
import { withSite } from '../http_request/site.js';
import { withServer } from './server.js';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a trace', () => {
  test.each(['trusted', 'isolated'])(
    'goes from the request to what the run asks for, at %s',
    async (isolation) => {
      await withSite(
        (_, response) => response.end(),
        async ({ url, place, hits }) => {
          const entry = {
            isolation,
            ...(isolation === 'trusted' ? {} : { grant: { net: { listen: ['127.0.0.1:0'] } } }),
          };
          const http = { module: 'http_request', isolation, grant: { net: { connect: [place] } } };
          await withServer(
            {},
            [{ use: 'http_request', input: { url } }],
            async ({ ask }) => {
              await ask('GET /', { headers: { traceparent: TRACE } });
              await ask('GET /');
            },
            { entry, others: [isolation === 'trusted' ? { module: 'http_request' } : http] },
          );
          expect(hits.map(({ headers }) => headers['traceparent'])).toEqual([TRACE, undefined]);
        },
      );
    },
  );

  test.each([
    [TRACE, TRACE],
    [`01${TRACE.slice(2)}-more`, TRACE],
    [`${TRACE}-more`, undefined],
    [`ff${TRACE.slice(2)}`, undefined],
    [TRACE.toUpperCase(), undefined],
    ['00-00000000000000000000000000000000-b7ad6b7169203331-01', undefined],
    ['00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is read as %s', (header, trace) => {
    expect(traceOf(header)).toBe(trace);
  });
});
