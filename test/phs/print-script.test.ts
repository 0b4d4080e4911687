import { describe, expect, test } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../src/phs/limits.js';
import { parseScript } from '../../src/phs/syntax/parser.js';
import { printScript } from './print-script.js';
import { checkPrinting, fuzzPhs } from '../fuzz/phs.js';

const printed = (code: string): string => printScript(parseScript(code, DEFAULT_LIMITS));

describe('printing', () => {
  test.each([
    ['1+2*3', '1 + 2 * 3;'],
    ['(1+2)*3', '(1 + 2) * 3;'],
    ['2**3**4', '2 ** 3 ** 4;'],
    ['(2**3)**4', '(2 ** 3) ** 4;'],
    ['- 5.abs()', '-(5.abs());'],
    ['-5.abs()', '-5.abs();'],
    ['a?.b?[0].c(1)', 'a?.b?[0].c(1);'],
    ['{a:1,...b}', '{"a": 1, ...b};'],
    ['if a {} else {1}', 'if a {;} else { 1; };'],
    ['it a ? 1 : 2', 'a ? 1 : 2;'],
    ['3.0', '3.0;'],
    ["'x'", "'x';"],
    ['`a``${b}`', '`a``${b;}`;'],
  ])('%s gives %s', (code, text) => expect(printed(code)).toBe(text));

  test.each([
    'fn f(a, b) { this.x += a; return b; } 5.f(1, 2)',
    'switch x { 1 | -2 => {a: 1}, 3..=4 if y => { 5 } "s" => 6, _ => null }',
    'do { break; } until x; loop { continue; } for (a, i) in 0.. { break 5; }',
    'try { throw; } catch (e) { throw e } try {} catch {}',
    'let a; const B = |x, y| x = y; || {;}; (a.b)(1); (|| 1)();',
    'import "x" as y; y::z(1); global::K; 1e999; -1e999; 1e300; 9223372036854775808; -9223372036854775808',
    '`\n\nx`; `a${`b${c}`}`; "\\x00\\u00e9\\\\\\""; {"__proto__": 1}',
    'a in b; a !in b; ..5; 1..; (1..2)..3; -(-5); !(!x); +(-x); (x ? 1 : 2) ? 3 : 4',
  ])('and parsing again gives the same tree: %s', (code) => checkPrinting(code));
});

test('generated programs print stably and end within their limits with nothing but coded errors', () => {
  expect(() => fuzzPhs({ runs: 300, seed: 20_260_101 })).not.toThrow();
});
