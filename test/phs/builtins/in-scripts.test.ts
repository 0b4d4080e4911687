import { describe, expect, test } from '@jest/globals';
import { compileProgram } from '../../../src/phs/program.js';
import type { Limits } from '../../../src/phs/limits.js';
import { toValue } from '../../../src/phs/values/value.js';

const PAYLOAD = { items: [{ x: 1 }, { x: 2 }], text: 'b,a', map: { list: [1] } };

function run(code: string, limits: Partial<Limits> = {}): unknown {
  return toValue(compileProgram(code, { limits }).run({ payload: structuredClone(PAYLOAD) }));
}

describe('what builtins hand on is a value of its own', () => {
  test.each<[string, unknown]>([
    ['let a = [[1]]; let b = a.map(|x| { x.push(9); x }); [a, b]', [[[1]], [[1, 9]]]],
    ['let a = [[1]]; let b = a.filter(|x| true); b[0].push(9); [a, b]', [[[1]], [[1, 9]]]],
    ['let a = [[1]]; let b = a.extract(0); b[0].push(9); [a, b]', [[[1]], [[1, 9]]]],
    ['let a = [[1]]; let b = []; b.append(a); b[0].push(9); [a, b]', [[[1]], [[1, 9]]]],
    ['let a = []; a.pad(2, [0]); a[0].push(9); a', [[0, 9], [0]]],
    ['let a = [[1]]; let b = [0]; b.splice(0, 1, a); b[0].push(9); [a, b]', [[[1]], [[1, 9]]]],
    ['let m = {a: [1]}; let v = m.values(); v[0].push(9); [m.a, v]', [[1], [[1, 9]]]],
    ['let m = {a: [1]}; let n = {}; n.mixin(m); n.a.push(9); [m.a, n.a]', [[1], [1, 9]]],
    ['let m = {a: [1]}; let n = m.merge({}); n.a.push(9); [m.a, n.a]', [[1], [1, 9]]],
    [
      'let a = [[2], [1]]; let b = a; b.sort(|x, y| x[0] - y[0]); b[0].push(9); [a, b]',
      [
        [[2], [1]],
        [[1, 9], [2]],
      ],
    ],
    ['let a = [1]; a.push(a); a', [1, [1]]],
    ['payload.map.list.reduce(|all, x| { all.push(x); all }, payload.map.list)', [1, 1]],
  ])('%s', (code, expected) => {
    expect(run(code)).toEqual(expected);
  });
});

describe('on constants', () => {
  test.each<[string, unknown]>([
    ['payload.text.split(",")', ['b', 'a']],
    ['payload.items.get(-1).x', 2],
    ['payload.items.extract(1).len', 1],
    ['let sum = 0; payload.items.for_each(|| sum += this.x); sum', 3],
    ['payload.items.for_each(|| this.x = 7); payload.items.map(|i| i.x)', [1, 2]],
    ['split(payload.text, ",")', ['b', 'a']],
  ])('%s works', (code, expected) => {
    expect(run(code)).toEqual(expected);
  });

  test.each([
    'payload.items.sort()',
    'payload.text.trim()',
    'payload.map.remove("list")',
    'payload.items.split(1)',
  ])('%s is refused', (code) => {
    expect(() => run(code)).toThrow(/Non-pure method '\w+' cannot be called on constant/);
  });
});

describe('no builtin gets past a limit', () => {
  test.each<[string, RegExp]>([
    ['let s = "ab"; loop { s = s.replace("", s) }', /larger than/],
    ['let s = "ab"; loop { s.pad(s.len * 10, s) }', /larger than/],
    ['let s = "é"; loop { s = s.to_url_encode() + s }', /larger than/],
    ['let a = [1]; loop { a.append(a) }', /larger than/],
    ['let a = [1]; loop { a.splice(0, 0, a) }', /larger than/],
    ['[1].pad(99999999999, 0)', /larger than/],
    ['let s = "ab"; loop { s = s + s; s.split("") }', /larger than/],
    ['[1, 2].reduce(|a, x| { loop {} }, 0)', /more than \d+ steps/],
    ['let s = "a"; while s.len < 100000 { s += s } loop { s.search("(a*)*b") }', /more than \d+ steps/],
    ['let s = "a"; while s.len < 100000 { s += s } loop { s.like("%a%a%a%b") }', /more than \d+ steps/],
    ['range(0, 9000000000).start; for i in range(0, 9000000000, 1) {}', /more than \d+ steps/],
    ['let m = {}; let i = 0; loop { i += 1; m.set(`k${i}`, i) }', /more than \d+ steps/],
    ['let a = []; for i in 0..2000 { a = [a]; } a.to_json()', /nested deeper/],
  ])('%s', (code, message) => {
    expect(() => run(code, { steps: 300_000, stringLength: 200_000, arrayItems: 10_000 })).toThrow(message);
  });
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
  'there is no function %s',
  (name) => {
    expect(() => run(`payload.text.${name}()`)).toThrow('Function not found');
    expect(() => run(`payload.map.${name}()`)).toThrow('Function not found');
  },
);
