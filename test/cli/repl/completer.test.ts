import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../src/cli/repl/completer.js';
import { inputShape } from '../../../src/index.js';
import { toJsonSchema } from '../../../src/manifest/dialect.js';

const CACHE = toJsonSchema({
  type: 'object',
  properties: {
    action: { enum: ['set', 'get', 'stats', 'a\u001b[2Jb', 'say "hi"'], required: true },
    key: { type: 'string', description: 'set, get: the key' },
    value: { type: 'any', description: 'set: the value' },
    trace: { type: 'string' },
    'odd key': { type: 'string' },
  },
});

const WORDS = {
  commands: ['.exit', '.help', '.load', '.modules'],
  names: ['main', 'count'],
  modules: new Map([
    ['cache', { shape: inputShape(CACHE) }],
    ['echo', { shape: inputShape(undefined) }],
  ]),
  loadable: () => ['cache', './counter', './a\u202eb'],
};

describe('Tab', () => {
  test.each<[string, string[], string]>([
    ['.', ['.exit', '.help', '.load', '.modules'], '.'],
    ['.l', ['.load'], '.l'],
    ['.load ./', ['./counter'], './'],
    ['1 + c', ['count', 'cache('], 'c'],
    ['x.c', [], ''],
    ['"c', ['count', 'cache('], 'c'],
    ['cache("', ['set"', 'get"', 'stats"'], ''],
    ['cache("g', ['get"'], 'g'],
    ['cache({ ', ['action: ', 'key: ', 'value: ', 'trace: '], ''],
    ['cache(#{ action: "s', ['set"', 'stats"'], 's'],
    ['cache({ action: "get", ', ['key: ', 'trace: '], ''],
    ['cache({ key: "a", action: "set", v', ['value: '], 'v'],
    ['cache({ key: "a, ', [], ''],
    ['let r = cache({ action: "stats" }); ca', ['cache('], 'ca'],
    ['echo({ ', [], ''],
    ['echo("', [], ''],
  ])('after %j offers %j', (text, candidates, replaced) => {
    expect(complete(text, WORDS)).toEqual([candidates, replaced]);
  });
});
