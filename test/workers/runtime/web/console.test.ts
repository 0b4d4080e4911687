import { expect, test } from '@jest/globals';
import type { Log } from '../../../../src/sdk/context.js';
import { createConsole } from '../../../../workers/runtime/guest/web/console.js';

type Console = Readonly<Record<string, (...values: unknown[]) => void>>;

function open(now?: () => number): { readonly lines: string[]; readonly console: Console } {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (message: string): void =>
      void lines.push(`${level} ${message}`);
  const log = Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error'].map((one) => [one, at(one)]));
  return { lines, console: createConsole(log as unknown as Log, now) as Console };
}

test('console formats, groups, counts and asserts into the log', () => {
  const { lines, console } = open();
  console['log']?.('%s is %d, %i%% of %j', 'a', '1.5', 2.7, { b: 1 }, 'more');
  console['group']?.('group');
  console['warn']?.({ a: 1 }, 2n);
  console['groupEnd']?.();
  console['groupEnd']?.();
  console['count']?.();
  console['count']?.();
  console['countReset']?.();
  console['count']?.();
  console['assert']?.(true, 'not written');
  console['assert']?.(false, 'why');
  expect(lines).toEqual([
    'info a is 1.5, 2% of {"b":1} more',
    'info group',
    'warn   {"a":1} 2n',
    'info default: 1',
    'info default: 2',
    'info default: 1',
    'error Assertion failed why',
  ]);
});

test('console measures with the module’s clock, and not without one', () => {
  let ms = 10;
  const { lines, console } = open(() => ms);
  console['time']?.('a');
  ms = 12.5;
  console['timeLog']?.('a', 'so far');
  console['timeEnd']?.('a');
  console['timeEnd']?.('a');
  const without = open();
  without.console['time']?.();
  without.console['timeEnd']?.();
  expect([lines, without.lines]).toEqual([['info a: 2.5 ms so far', 'info a: 2.5 ms'], []]);
});

test('console runs no conversion of a value’s own and never throws', () => {
  const { lines, console } = open();
  let calls = 0;
  const hostile = {
    valueOf: () => ++calls,
    toString: () => `${++calls}`,
    get boom(): never {
      throw new Error('no');
    },
  };
  console['log']?.('%d %s', hostile, hostile);
  console['count']?.(hostile);
  expect(calls).toBe(0);
  expect(lines).toEqual(['info NaN [cannot be described]', 'info [cannot be described]: 1']);
});
