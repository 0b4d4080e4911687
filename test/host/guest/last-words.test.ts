import { expect, test } from '@jest/globals';
import { LastWords } from '../../../src/host/executors/guest/process-container.js';

/** What Node prints when a heap is full. */
const ACCOUNT = [
  '<--- Last few GCs --->',
  '[2:0x24ff5790]      502 ms: Mark-Compact 63.2 (96.8) -> 63.2 (96.1) MB, allocation failure;',
  '<--- JS stacktrace --->',
  'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  '----- Native stack trace -----',
  ' 1: 0xb78db3 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [/usr/bin/node]',
];

function printed(lines: readonly string[]): {
  readonly passed: readonly string[];
  readonly isOutOfMemory: boolean;
} {
  const passed: string[] = [];
  const words = new LastWords((line) => passed.push(line));
  for (const line of lines) words.print(line);
  return { passed, isOutOfMemory: words.isOutOfMemory };
}

test('of a death by a full heap one line is handed on, so that the last lines of the module stay', () => {
  expect(printed(['before', ...ACCOUNT])).toEqual({ passed: ['before', ACCOUNT[3]], isOutOfMemory: true });
});

test('without the account of the collections, too', () => {
  const fatal = 'FATAL ERROR: CALL_AND_RETRY_LAST Allocation failed - process out of memory';
  expect(printed([fatal, ...ACCOUNT.slice(4)]).passed).toEqual([fatal]);
});

test('any other fatal error is handed on whole', () => {
  const lines = [
    'FATAL ERROR: v8::ToLocalChecked Empty MaybeLocal',
    '----- Native stack trace -----',
    ' 1: 0xb78db3',
  ];
  expect(printed(lines)).toEqual({ passed: lines, isOutOfMemory: false });
});
