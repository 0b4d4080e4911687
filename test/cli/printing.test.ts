import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorText } from '../../src/cli/error-text.js';
import { jsonArgument } from '../../src/cli/json-argument.js';
import { jsonText } from '../../src/cli/json-text.js';
import { Printer } from '../../src/cli/print.js';
import { PhlowError } from '../../src/errors.js';

function printer(isTTY: boolean, env: NodeJS.ProcessEnv): Printer {
  return new Printer(new PassThrough(), Object.assign(new PassThrough(), { isTTY }), env);
}

describe('colour', () => {
  const error = new PhlowError('PHLOW_INTERNAL', 'no');

  test('is used on a terminal only', () => {
    expect(errorText(error, printer(true, {}))).toBe('\u001b[1;31merror[PHLOW_INTERNAL]\u001b[0m: no');
    expect(errorText(error, printer(false, {}))).toBe('error[PHLOW_INTERNAL]: no');
  });

  test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('is left out with %p', (env) => {
    expect(printer(true, env).isColourful).toBe(false);
  });
});

describe('a result', () => {
  function printerOf(problem: NodeJS.ErrnoException): Printer {
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(problem) });
    return new Printer(broken, new PassThrough(), {});
  }

  test('that finds no room is lost, which is told', async () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const print = printerOf(full);
    print.result('one');
    expect(await print.flush()).toBe(full);
    print.result('two');
    expect(await print.flush()).toBe(full);
  });

  test('that nobody reads any more is no loss', async () => {
    const print = printerOf(Object.assign(new Error('the reader went away'), { code: 'EPIPE' }));
    print.result('one');
    expect(await print.flush()).toBeUndefined();
  });
});

describe('an error', () => {
  test('is followed by its causes, each said once', () => {
    const error = new PhlowError('PHLOW_INTERNAL', 'outer', {
      cause: new Error('middle', { cause: new Error('inner') }),
    });
    expect(errorText(error, printer(false, {}))).toBe(
      'error[PHLOW_INTERNAL]: outer\n  caused by: middle\n  caused by: inner',
    );
  });

  test('cannot draw on the terminal', () => {
    const error = new PhlowError('PHLOW_MODULE_ERROR', 'a\u001b[2Jb\u009bc', { cause: new Error('d\u0007') });
    expect(errorText(error, printer(false, {}))).toMatch(
      /^error\[PHLOW_MODULE_ERROR\]: a\\u\{1b\}\[2Jb\\u\{9b\}c\n/,
    );
    expect(errorText(error, printer(false, {}))).toContain('caused by: d\\u{7}');
  });

  test('whose cause is itself is printed all the same', () => {
    const error = new PhlowError('PHLOW_INTERNAL', 'round');
    Object.assign(error, { cause: error });
    expect(errorText(error, printer(false, {}))).toBe('error[PHLOW_INTERNAL]: round');
  });
});

describe('jsonText()', () => {
  test('writes what JSON.stringify writes for plain data', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        expect(jsonText(value, indent)).toBe(JSON.stringify(value, null, indent));
      }),
    );
  });

  test('keeps the sign of a zero, which JSON.stringify drops', () => {
    expect(jsonText([-0, 0])).toBe('[-0,0]');
  });

  test('writes an object as its members, whatever they are called and whatever its class', () => {
    class Point {
      readonly x = 1;
      get [Symbol.toStringTag](): string {
        return 'Point';
      }
    }
    expect(jsonText([{ $: 'Date', of: 1 }, new Point()])).toBe('[{"$":"Date","of":1},{"x":1}]');
  });

  test('writes bigints as digits and what JSON cannot hold as null', () => {
    expect(jsonText([2n ** 63n, Number.NaN, undefined, () => 1])).toBe(
      '[9223372036854775808,null,null,null]',
    );
  });
});

describe('jsonArgument()', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const read = JSON.stringify(jsonArgument('x', text), (_, value: unknown) =>
          typeof value === 'bigint' ? Number(value) : value,
        );
        expect(read).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('keeps integers of 64 bits exact, wherever they stand', () => {
    expect(jsonArgument('x', '{"a":[9223372036854775807,-9007199254740993,1,1.5],"b":"1"}')).toEqual({
      a: [9223372036854775807n, -9007199254740993n, 1, 1.5],
      b: '1',
    });
    expect(jsonArgument('x', '[18446744073709551616]')).toEqual([18446744073709551616]);
  });

  test('refuses anything else', () => {
    expect(() => jsonArgument('--main', "{'a':1}")).toThrow('Cannot read --main as JSON');
  });
});
