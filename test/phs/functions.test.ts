import { describe, expect, test } from '@jest/globals';
import { messageOf, valueOf } from './running.js';

describe('named functions', () => {
  test.each<[string, unknown]>([
    ['let x = add(1, 2); fn add(a, b) { a + b } x', 3],
    ['fn f(a) { 1 } fn f(a, b) { 2 } [f(0), f(0, 0)]', [1, 2]],
    ['fn f(n) { if n <= 1 { return 1; } n * f(n - 1) } f(20)', 2432902008176640000n],
    ['fn inc() { this += 1; } let x = 1; x.inc(); x', 2],
    ['fn addn(n) { this.v += n; } let m = {v: 1}; m.addn(5); m.v', 6],
    ['fn f(m) { m.x = 9; m.x } let m = {x: 1}; [f(m), m.x]', [9, 1]],
    ['const K = 10; fn f() { global::K } f()', 10],
    ['fn abs(x) { "mine" } abs(-1)', 'mine'],
    ['fn f() {} f()', null],
    ['fn f() { {a: 1} } f()', { a: 1 }],
    ['private fn f() { 1 } f()', 1],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['fn f(a) { a } f(1, 2)', 'Function not found: f (i64, i64)'],
    ['fn f() { payload } f()', 'Variable not found: payload'],
    ['let x = 1; fn f() { x } f()', 'Variable not found: x'],
    ['fn f(a) { 1 } fn f(b) { 2 }', 'Function f with 1 parameter already exists'],
    ['if true { fn f() { 1 } }', 'must be at global level'],
    ['fn f(n) { f(n + 1) } f(0)', 'Stack overflow'],
    ['fn f() { nope } f()', "in call to function 'f'"],
    ['this', "'this' can only be used in functions"],
    ['fn f() { this } f()', "'this' not bound"],
    ['fn new() { 1 }', "'new' is a reserved keyword"],
    ['fn f() 1', 'Expecting body statement block for function f'],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});

describe('closures and function values', () => {
  test.each<[string, unknown]>([
    ['let f = |x| x + 1; [f.call(1), call(f, 1), f(1), (|y| y * 2)(4)]', [2, 2, 2, 8]],
    ['let n = 1; let f = |x| x + n; n = 100; f.call(1)', 101],
    ['let n = 0; let inc = || { n += 1; n }; inc.call(); inc.call(); n', 2],
    ['let fs = []; for i in 0..3 { fs.push(|| i); } fs.map(|f| f.call())', [2, 2, 2]],
    ['let fs = []; for i in 0..3 { let j = i; fs.push(|| j); } fs.map(|f| f.call())', [0, 1, 2]],
    ['let g = |x| { let h = |y| x + y; h.call(1) }; g.call(10)', 11],
    ['let x = 1; let f = || x; let x = 2; [f.call(), x]', [1, 2]],
    ['let add = |a, b| a + b; add.curry(1).call(5)', 6],
    ['fn dbl(x) { x * 2 } [[1, 2].map(dbl), call(dbl, 4), Fn("dbl").call(5)]', [[2, 4], 8, 10]],
    ['[-1, 2].map(Fn("abs"))', [1, 2]],
    ['let o = {n: 5, get: || this.n}; o.get()', 5],
    ['let o = {n: 1, inc: || { this.n += 1; }}; o.inc(); o.inc(); o.n', 3],
    ['[1, 2].map(|x| {v: x})', [{ v: 1 }, { v: 2 }]],
    ['let a = [1, 2]; a.for_each(|| this += 1); a', [2, 3]],
    ['[1, 2, 3].map(|x| { if x == 2 { return 20; } x })', [1, 20, 3]],
    ['(|x| x).is_anonymous', true],
    [
      'fn f(a) { 1 } [is_def_fn("f", 1), is_def_fn("f", 2), is_def_var("payload"), is_def_var("q")]',
      [true, false, true, false],
    ],
    ['let x = 5; eval("x + 1")', 6],
    ['let x = 5; eval("x += 1; let y = 1;"); x', 6],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['|x| x + nope; 1', 'Variable not found: nope'],
    ['let f = |x| x; f.call()', 'Function not found: anon$'],
    ['[1, 2].map(|x| this)', "'this' not bound"],
    ['|x| x', 'Output type incorrect: Fn'],
    ['[1].map(|x| x.foo)', 'in closure call'],
    ['[1].map(x => x + 1)', "Expecting ',' to separate the arguments to function call 'map'"],
    ['let f = 1; f(2)', 'Function not found: f (i64)'],
    ['eval("1 +")', 'Script is incomplete'],
    ['eval("let y = 1;"); eval("y")', 'Variable not found: y'],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});
