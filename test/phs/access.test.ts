import { describe, expect, test } from '@jest/globals';
import { messageOf, valueOf } from './running.js';

const PAYLOAD = { a: 1, b: { c: [2] }, xs: [3, 1, 2], s: 'hello', n: null };

describe('properties and indexes', () => {
  test.each<[string, unknown]>([
    ['payload.b.c[0]', 2],
    ['payload["a"]', 1],
    ['payload.zzz', null],
    ['payload.xs.len', 3],
    ['payload.xs[-1]', 2],
    ['"héllo😀"[-1]', '😀'],
    ['"hello"[1..3] + "hello"[2..] + "hello"[..2] + "hello"[3..=99] + "hello"[-2..]', 'elllohelolo'],
    ['"hello"[3..1]', ''],
    ['10[1]', true],
    ['10[0..=1]', 2],
    ['let i = 5; i[1] = true; i', 7],
    ['let s = "abc"; s[1] = \'X\'; s', 'aXc'],
    ['let a = [1, 2, 3]; a[-1] = 9; a', [1, 2, 9]],
    ['let a = [[1, 2]]; a[0][1] += 10; a', [[1, 12]]],
    ['let m = {a: {}}; m.a.b = 1; m["c"] = 2; m', { a: { b: 1 }, c: 2 }],
    ['payload.zzz?.b.c.d()[0]', null],
    ['payload.zzz?[0].x', null],
    ['payload?.b?.c?[0]', 2],
    ['let m = {}; m.a?.b = 1; m.a?.xs.push(2); m', {}],
  ])('%s', (code, value) => expect(valueOf(code, { payload: PAYLOAD })).toEqual(value));

  test.each([
    [
      'payload.zzz.b',
      "Unknown property 'b' - a getter is not registered for type '()' (line 1, position 13)",
    ],
    ['payload.xs.length', "Unknown property 'length' - a getter is not registered for type 'array'"],
    ['let x; x.a = 1', "No writable property 'a' - a setter is not registered for type '()' to handle 'i64'"],
    ['[1, 2][5]', 'Array index 5 out of bounds: only 2 elements in array'],
    ['[1][-3]', 'Array index -3 out of bounds: only 1 element in array'],
    ['[][0]', 'Array index 0 out of bounds: array is empty'],
    ['"hello"[5]', 'String index 5 out of bounds: only 5 characters in string'],
    ['""[0]', 'String index 0 out of bounds: string is empty'],
    ['"hello"[-99..]', 'String index -99 out of bounds'],
    ['5[64]', 'Bit-field index 64 out of bounds: only 64 bits in bit-field'],
    ['[1]["0"]', 'Data type incorrect: string (expecting i64)'],
    ['[1, 2][0..1]', '(expecting i64)'],
    ['payload[0]', 'Data type incorrect: i64 (expecting string)'],
    ['payload.n[0]', 'Indexer unavailable: () [i64]'],
    ['let b = true; b[0] = 1', 'Indexer unavailable: bool [i64] = i64'],
    ['let a = [1]; a[3] = 1', 'Array index 3 out of bounds'],
    ['payload.n?.x.y; payload.a?.b', "Unknown property 'b'"],
  ])('%s fails', (code, message) => expect(messageOf(code, { payload: PAYLOAD })).toContain(message));
});

describe('constants', () => {
  test.each([
    ['payload = 1', 'Cannot modify constant payload'],
    ['payload.a = 1', 'Cannot modify constant payload'],
    ['payload.fresh = 1', 'Cannot modify constant payload'],
    ['payload.xs[0] += 1', 'Cannot modify constant payload'],
    ['payload.xs.push(1)', "Non-pure method 'push' cannot be called on constant"],
    ['const A = [1]; A.push(2)', "Non-pure method 'push' cannot be called on constant"],
    ['const A = [1]; A[0] = 2', 'Cannot modify constant A'],
  ])('%s fails', (code, message) => expect(messageOf(code, { payload: PAYLOAD })).toContain(message));

  test.each<[string, unknown]>([
    [
      'let xs = payload.xs; xs.push(9); [xs, payload.xs]',
      [
        [3, 1, 2, 9],
        [3, 1, 2],
      ],
    ],
    ['let b = payload.b; b.c.push(3); [b, payload.b]', [{ c: [2, 3] }, { c: [2] }]],
    ['push(payload.xs, 1); payload.xs', [3, 1, 2]],
    ['payload.s.split("l")', ['he', '', 'o']],
    ['payload.xs.get(0)', 3],
    ['payload.xs.filter(|x| x > 1)', [3, 2]],
  ])('%s', (code, value) => expect(valueOf(code, { payload: PAYLOAD })).toEqual(value));

  test('host data is never written to, even when it is frozen', () => {
    const frozen = Object.freeze({ xs: Object.freeze([1]) });
    expect(valueOf('let p = payload; p.xs.push(2); p.y = 1; p', { payload: frozen })).toEqual({
      xs: [1, 2],
      y: 1,
    });
    expect(frozen).toEqual({ xs: [1] });
  });
});

describe('values are copied', () => {
  test.each<[string, unknown]>([
    ['let a = [1]; let b = a; a.push(2); [a, b]', [[1, 2], [1]]],
    [
      'let m = {x: {y: [1]}}; let c = m.x; c.y.push(2); m.x.y.push(3); [m, c]',
      [{ x: { y: [1, 3] } }, { y: [1, 2] }],
    ],
    ['let a = [1]; let b = [a, a]; b[0].push(2); [a, b]', [[1], [[1, 2], [1]]]],
    [
      'let a = [[1], [2]]; let f = a.filter(|x| true); f[0].push(9); a[1].push(8); [a, f]',
      [
        [[1], [2, 8]],
        [[1, 9], [2]],
      ],
    ],
    [
      'let a = [[1]]; a.push([2]); let b = []; b.append(a); b[0].push(5); a[0].push(6); [a, b]',
      [
        [[1, 6], [2]],
        [[1, 5], [2]],
      ],
    ],
    ['let a = [[1]]; a[0].push(2); let b = [...a]; a[0].push(3); b', [[1, 2]]],
    ['let a = [[1]]; a[0].push(2); let m = {...{k: a[0]}}; a[0].push(3); m', { k: [1, 2] }],
    [
      'let a = [1]; a.push(2); let f = |x| { x.push(9); x }; [f.call(a), a]',
      [
        [1, 2, 9],
        [1, 2],
      ],
    ],
    ['let a = [[1]]; a[0].push(2); let b = a.map(|x| x); a[0].push(3); [a, b]', [[[1, 2, 3]], [[1, 2]]]],
    ['let a = [[1]]; a[0].push(2); for x in a { a[0].push(3); x.push(4); } a', [[1, 2, 3]]],
    ['let a = []; a.push(1); let b = [a, { a.push(2); a }]; b', [[1], [1, 2]]],
    ['let a = [1]; a.push(a); a.push(a); a', [1, [1], [1, [1]]]],
    ['let a = [1, 2]; a += a; a', [1, 2, 1, 2]],
    [
      'let m = {xs: []}; let f = || m.xs.push(1); f.call(); f.call(); let c = m; f.call(); [m, c]',
      [{ xs: [1, 1, 1] }, { xs: [1, 1] }],
    ],
    ['let a = [[1]]; a[0].push(2); let p = a.pop(); p.push(3); [a, p]', [[], [1, 2, 3]]],
    ['fn g() { this.push(1); this } let a = []; let b = a.g(); b.push(2); [a, b]', [[1], [1, 2]]],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));
});

describe('literals of arrays and objects', () => {
  test.each<[string, unknown]>([
    ['[1, 2,]', [1, 2]],
    ['[...[1], 2, ...[3]]', [1, 2, 3]],
    ['[...null, ..."ab", ...{a: 1}]', ['ab', { a: 1 }]],
    ['{a: 1, "b c": 2, \'d\': 3, `e`: 4,}', { a: 1, 'b c': 2, d: 3, e: 4 }],
    ['#{a: 1}', { a: 1 }],
    ['{...{a: 1, b: 1}, b: 2, ...null, ...5}', { a: 1, b: 2 }],
    ['{b: 1, ...{b: 2}, b: 3}', { b: 3 }],
    ['{}', {}],
    ['let a = 1; { a }', 1],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['{a: 1, a: 2}', 'Duplicated property for object map literal: a'],
    ['{a: 1 b: 2}', "Expecting ',' to separate the items of this object map literal"],
    ['{a: 1', "Expecting '}' to end this object map literal"],
    ['#{a 1}', "Expecting ':' to follow the property 'a' in this object map literal"],
    ['[1 2]', "Expecting ',' to separate the items of this array literal"],
    ['[1, 2', "Expecting ']' to end this array literal"],
    ['max(...[1])', "'...' is a reserved symbol"],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});
