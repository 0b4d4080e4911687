import { expect, test } from '@jest/globals';
import log from '../../../../workers/modules/log/index.js';
import { fakeContext } from '../../fake-context.js';

test('writes the line and passes the payload on', () => {
  const context = fakeContext({});
  const input = { action: 'warn', message: 'm' };
  expect(log.handler({ id: 1, input, payload: { p: 1 } }, context, undefined)).toEqual({ p: 1 });
  expect(context.lines).toEqual([{ level: 'warn', message: 'm' }]);
});

test('answers null where there is no payload', () => {
  expect(log.handler({ id: 1, input: 'm', payload: undefined }, fakeContext({}), undefined)).toBeNull();
});
