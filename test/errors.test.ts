import { expect, test } from '@jest/globals';
import * as ours from '../src/errors.js';

const { isPhlowError, PhlowError } = ours;

const COPY: string = '../src/errors.js?copy';

test('an error of another copy of the library is one of ours', async () => {
  const copy = (await import(COPY)) as typeof ours;
  const theirs = new copy.PhlowError('PHLOW_HOST_CLOSED', 'closed');
  expect(theirs).not.toBeInstanceOf(PhlowError);
  expect(isPhlowError(theirs)).toBe(true);
  expect(copy.isPhlowError(new PhlowError('PHLOW_HOST_CLOSED', 'closed'))).toBe(true);
});

test.each<[string, unknown]>([
  ['data with a code like ours', { code: 'PHLOW_X' }],
  ['an error of somebody else with a code of ours', Object.assign(new Error('no'), { code: 'PHLOW_USAGE' })],
  ['null', null],
  ['a text', 'PHLOW_USAGE'],
])('%s is none', (_, error) => {
  expect(isPhlowError(error)).toBe(false);
});
