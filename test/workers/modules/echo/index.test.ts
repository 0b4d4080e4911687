import { expect, test } from '@jest/globals';
import echo from '../../../../workers/modules/echo/index.js';
import { fakeContext } from '../../fake-context.js';

test.each([[42], [''], [false], [{ a: [1, null] }]])('answers %p with itself', (input) => {
  expect(echo.handler({ id: 1, input, payload: 'p' }, fakeContext({}), undefined)).toBe(input);
});

test('answers no input with null, never with the payload', () => {
  expect(echo.handler({ id: 1, input: undefined, payload: 'p' }, fakeContext({}), undefined)).toBeNull();
});
