import { describe, expect, test } from '@jest/globals';
import { messageOf, valueOf } from './running.js';

describe('blocks and variables', () => {
  test.each<[string, unknown]>([
    ['let x = { let y = 2; y * 2; }; x', 4],
    ['let x = { let y = 2; }; x', null],
    ['let x = 1; { let x = 2; } x', 1],
    ['let x = 1; { x = 2; } x', 2],
    ['let x = 1; let x = "a"; x', 'a'],
    ['let x = 5; x += 2; x *= 3; x -= 1; x /= 4; x %= 3; x **= 3; x', 8],
    ['let x = 6; x <<= 2; x >>= 1; x &= 13; x |= 2; x ^= 1; x', 15],
    ['let s = "a"; s += 1; s += (); s', 'a1'],
    ['let a = [1]; a += 2; a += [3, 4]; a', [1, 2, 3, 4]],
    ['let m = {a: 1}; m += {b: 2}; m', { a: 1, b: 2 }],
    ['let payload = 5; payload', 5],
    ['if true { 1 } +2', 2],
    ['{a: {b: 3}}.a.b', 3],
    ['; ; 1', 1],
    ['return 5; 6', 5],
    ['let x = if true { return 5 } else { 3 } + 1; x', 5],
    ['exit(7); 8', 7],
    ['[1, 2].map(|x| if x == 2 { exit("out") } else { x })', 'out'],
    ['if false { 1 }', null],
    ['let x = 2; if x == 1 { "a" } else if x == 2 { "b" } else { "c" }', 'b'],
    ['if true {} else {}', null],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['let x = 1 let y = 2', "Expecting ';' to terminate this statement"],
    ['const A = 1; A = 2', 'Cannot assign to constant A'],
    ['let a = 1; let b = 2; a = b = 3', "Expecting ';' to terminate this statement"],
    ['foo() = 2', 'Expression cannot be assigned to'],
    ['1 = 2', 'Cannot assign to a constant value'],
    ['foo = 1', 'Variable not found: foo'],
    ['{ let y = 2; } y', 'Variable not found: y'],
    ['if true 1', "Expecting '{' to start a statement block"],
    ['if 1 { 2 }', 'Expecting a boolean expression, not a number'],
    ['let x = 1; if x = 1 { 2 }', "Possibly a typo of '=='?"],
    ['let x = 1; if x { 2 }', 'Data type incorrect: i64 (expecting bool)'],
    ['if true { 1', 'Script is incomplete'],
    ['export x', "Cannot use 'export'"],
    ['import "x" as y;', 'Module not found: x'],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});

describe('loops', () => {
  test.each<[string, unknown]>([
    ['let i = 0; loop { i += 1; if i == 3 { break i * 10; } }', 30],
    ['let i = 0; while i < 5 { i += 1; if i == 4 { break; } } i', 4],
    ['let i = 10; do { i += 1; } while i < 5; i', 11],
    ['let i = 0; do { i += 1; } until i == 5; i', 5],
    ['let s = 0; for i in 0..5 { if i % 2 == 0 { continue; } s += i; } s', 4],
    ['let s = ""; for (x, i) in ["a", "b"] { s += i + x; } s', '0a1b'],
    ['let s = 0; for i in 1..=3 { s += i; } s', 6],
    ['let a = []; for i in range(5, 0, -2) { a.push(i); } a', [5, 3, 1]],
    ['let t = ""; for c in "hé😀" { t = c + t; } t', '😀éh'],
    ['let a = [1, 2]; for x in a { a.push(x); } a', [1, 2, 1, 2]],
    ['let a = [{x: 1}]; for o in a { o.x = 2; } a', [{ x: 1 }]],
    ['for x in [1, 2, 3] { if x == 2 { break x * 10; } }', 20],
    ['let r = 0; for i in 0..9 { let y = 1 + if i == 3 { break 42; } else { i }; r += y; } r', 6],
    ['let s = 0; for i in 0..5 { let y = if i % 2 == 0 { continue; } else { i }; s += y; } s', 4],
    ['fn f() { for i in 0..9 { for j in 0..9 { if j == 2 { return [i, j]; } } } } f()', [0, 2]],
    ['let x = 99; for x in 0..3 {} x', 99],
    ['let n = 0; for i in 9223372036854775805..9223372036854775807 { n += 1; } n', 2],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['break', 'Break statement should only be used inside a loop'],
    ['loop { [1].map(|x| { break; }) }', 'Break statement should only be used inside a loop'],
    ['let n = 3; for x in n {}', 'For loop expects iterable type'],
    ['for x in 5 {}', 'Expecting an iterable value, not a number'],
    ['for x in {a: 1} {}', 'Expecting an iterable value, not an object map'],
    ['let m = {}; for x in m {}', 'For loop expects iterable type'],
    ['for x [1] {}', "Expecting 'in' after the iteration variable"],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});

describe('switch', () => {
  test.each<[string, unknown]>([
    ['switch 2 { 1 => "one", 2 | 3 => "more", _ => "other" }', 'more'],
    ['switch 15 { 0..10 => "a", 10..=20 => "b", _ => "c" }', 'b'],
    ['switch 3.5 { 1..5 => "r", _ => "d" }', 'r'],
    ['switch 1.0 { 1 => "int", _ => "no" }', 'no'],
    ['switch null { () => "none", _ => "some" }', 'none'],
    ['switch [1, {a: "x"}] { [1, {a: "x"}] => "deep", _ => "no" }', 'deep'],
    ['switch "a" { "a" if false => 1, "a" => 2 }', 2],
    ['switch 3 { 3 if false => "e", 1..5 => "r", _ => "d" }', 'd'],
    ['switch 1 { 1 => { let y = 10; y + 1 } _ => 0 }', 11],
    ['switch 5 { 5 => {a: 1}, _ => 0 }', { a: 1 }],
    ['switch -5 { -5 => "neg" }', 'neg'],
    ['switch 9 { 1 => 2 }', null],
    ['fn f(x) { switch x { 1 => { return "early"; } _ => 0 } "late" } [f(1), f(2)]', ['early', 'late']],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['switch 1 { _ => 0, 1 => 2 }', 'Default switch case must be the last'],
    ['switch 1 { _ if true => 0 }', 'This switch case cannot have a condition'],
    ['let y = 1; switch 1 { y => 2 }', 'Expecting a literal expression'],
    ['switch 1 { 1..5 => "r", 3 => "e" }', 'Numeric switch case cannot follow a range case'],
    ['switch 1 { 1 2 }', "Expecting '=>' in this switch case"],
    ['switch 1 { 1 => 2 3 => 4 }', "Expecting ',' to separate the items in this switch block"],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});

describe('try', () => {
  test.each<[string, unknown]>([
    ['let t = 0; try { throw 5; } catch (e) { t = e; } t', 5],
    ['try { try { throw "a"; } catch (e) { throw e + "b"; } } catch (e) { e }', 'ab'],
    ['let r = try { 1 } catch { 2 }; r', 1],
    ['let r = try { throw 1; } catch { 2 }; r', 2],
    ['try { return 7; } catch { return 8; }', 7],
    ['try { 1 / 0 } catch (e) { [e.error, e.message] }', ['ErrorArithmetic', 'Division by zero: 1 / 0']],
    ['try { nope } catch (e) { [e.variable, e.line, e.position] }', ['nope', 1, 7]],
    ['try { [1][9] } catch (e) { [e.index, e.length] }', [9, 1]],
    ['for i in 0..3 { try { if i == 1 { break i; } } catch {} }', 1],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['throw', 'Runtime error (line 1'],
    ['throw {code: 1}', 'Runtime error: #{"code": 1}'],
    ['try { loop {} } catch { 1 }', 'Cannot go on'],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});
