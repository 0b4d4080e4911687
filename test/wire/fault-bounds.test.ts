import { describe, expect, test } from '@jest/globals';
import { moduleError, readFault, refusalError } from '../../src/host/executors/read-posted.js';
import { isWithin } from '../../src/wire/bounded-value.js';
import { toFault } from '../../src/wire/fault.js';

const LONG = 'x'.repeat(1_000_000);
const CRUMBS = Array.from({ length: 20_000 }, () => ({}));
const CUT = { cut: 'details of more than 10000 values or 262144 characters' };

describe('an error that crosses', () => {
  test.each([
    [
      'described',
      toFault(
        Object.assign(new Error(LONG), {
          name: LONG,
          code: LONG,
          stack: `${LONG}\n`.repeat(2),
          details: CRUMBS,
        }),
      ),
    ],
    [
      'read',
      readFault({ name: LONG, message: LONG, code: LONG, stack: `${LONG}\n`.repeat(2), data: CRUMBS }),
    ],
  ])('is bounded in every part when it is %s', (_, { name, message, code, stack, data }) => {
    expect(message).toBe(`${'x'.repeat(8_192)}… (1000000 characters)`);
    expect([name, code]).toEqual(Array(2).fill(`${'x'.repeat(256)}… (1000000 characters)`));
    expect(stack).toHaveLength(16_384);
    expect(data).toEqual(CUT);
  });

  test('keeps what is of ordinary size', () => {
    const error = Object.assign(new Error('no'), { code: 'E', details: { list: [1, 'a', { b: null }] } });
    expect(toFault(error)).toMatchObject({
      message: 'no',
      code: 'E',
      stack: error.stack,
      data: error.details,
    });
  });

  test('keeps the first lines of its stack', () => {
    const stack = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
    expect(readFault({ stack }).stack?.split('\n')).toHaveLength(64);
  });

  test('is bounded in its causes too', () => {
    const error = moduleError('m', { message: 'a', cause: { message: LONG, data: CRUMBS } });
    expect((error.cause as Error).message).toHaveLength(8_192 + '… (1000000 characters)'.length);
  });

  test('is bounded when it is a refusal', () => {
    const error = refusalError('m', { code: 'PHLOW_OUTPUT_INVALID', message: LONG, details: { CRUMBS } });
    expect(error.message.length).toBeLessThan(9_000);
    expect(error.details).toEqual({ module: 'm', ...CUT });
  });
});

describe('the size of a value', () => {
  test('is looked at no further than it takes, cycles included', () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const trap = {
      get late(): never {
        throw new Error('was read');
      },
    };
    expect(isWithin(cyclic, { values: 100, characters: 100 })).toBe(false);
    expect(isWithin([...Array<number>(200), trap], { values: 100, characters: 100 })).toBe(false);
    expect(isWithin({ a: ['b', { c: 1 }] }, { values: 5, characters: 10 })).toBe(true);
    expect(isWithin({ a: 'x'.repeat(10) }, { values: 5, characters: 10 })).toBe(false);
  });
});
