import { describe, expect, test } from '@jest/globals';
import { queryOf } from '../../../../workers/modules/http_server/event.js';
import { withServer } from './server.js';

const ISOLATED = { isolation: 'isolated', grant: { net: { listen: ['127.0.0.1:0'] } } };

describe.each([
  ['trusted', {}],
  ['isolated', ISOLATED],
])('a list in a query at %s', (_, entry) => {
  test('has all values that were sent, and only where the schema says that it is one', async () => {
    const query = {
      type: 'object',
      properties: {
        tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
        sizes: { $ref: '#/$defs/sizes' },
        page: { type: 'integer' },
      },
      $defs: { sizes: { type: 'array', items: { type: 'integer' } } },
    };
    await withServer(
      { routes: [{ path: '/q', query }] },
      [{ return: '{{ #{ body: main.query_params } }}' }],
      async ({ ask }) => {
        const got = async (text: string): Promise<unknown> =>
          JSON.parse((await ask(`GET /q?${text}`)).body) as unknown;
        expect(await got('tags=a&tags=b&page=1&sizes=1&page=2&sizes=2')).toEqual({
          tags: ['a', 'b'],
          sizes: [1, 2],
          page: 2,
        });
        expect(await got('tags=a')).toEqual({ tags: ['a'] });
        expect((await ask('GET /q?tags=a&tags=b&tags=c&tags=d')).status).toBe(400);
        expect((await ask('GET /q?sizes=1&sizes=x')).status).toBe(400);
      },
      { entry },
    );
  });
});

test('names of a query become members of its own', () => {
  expect(Object.entries(queryOf('__proto__=1&__proto__=2', new Set(['__proto__'])))).toEqual([
    ['__proto__', ['1', '2']],
  ]);
});
