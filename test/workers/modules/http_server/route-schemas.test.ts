import { expect, test } from '@jest/globals';
import { errorOf } from '../../../support/with-host.js';
import { withServer } from './server.js';

test.each([
  ['trusted', {}],
  ['isolated', { isolation: 'isolated', grant: { net: { listen: ['127.0.0.1:0'] } } }],
])('a schema that is none is an error with the path of its route, at %s', async (_, entry) => {
  const routes = [{ path: '/items', query: { properties: { tags: { type: 'arry' } } } }];
  const error = await errorOf(withServer({ routes }, [{ return: 1 }], () => Promise.resolve(), { entry }));
  expect(error.message).toMatch(/query of the route \/items is not a usable schema: .*arry/);
  expect(error.message).not.toContain('node_modules');
});
