import { describe, expect, test } from '@jest/globals';
import { placeAt } from '../../src/code-frame.js';
import { compileTemplate } from '../../src/phs/template.js';
import { toValue, typeName } from '../../src/phs/values/value.js';

const SCOPE = { payload: { n: 3, name: 'Ann' }, main: { id: 7 } };

function evaluated(value: unknown): unknown {
  return toValue(compileTemplate(value).evaluate(SCOPE));
}

describe('leaves', () => {
  test.each<[unknown, unknown]>([
    ['{{ payload.n }}', 3],
    ['  {{payload.n + main.id}}  ', 10],
    ['{{{a: payload.n}}}', { a: 3 }],
    ['{{}}', null],
    ['Hello {{ payload.name }}', 'Hello {{ payload.name }}'],
    ['{{ payload.name }}!', '{{ payload.name }}!'],
    ['10', 10],
    [' 42 ', 42],
    ['-7', -7],
    ['1.5', 1.5],
    ['9223372036854775807', '9223372036854775807'],
    ['9007199254740992', '9007199254740992'],
    ['9007199254740991', 9007199254740991],
    ['-0', 0],
    ['0.1234567890123456789', '0.1234567890123456789'],
    [2n ** 62n, 2n ** 62n],
    ['true', true],
    ['null', null],
    ['007', '007'],
    ['+5511999', '+5511999'],
    ['1.10', '1.10'],
    ['inf', 'inf'],
    ['1e3', '1e3'],
    ['.5', '.5'],
    ['undefined', 'undefined'],
    ['TRUE', 'TRUE'],
    ['99999999999999999999', '99999999999999999999'],
    ['  hi  ', '  hi  '],
    ['', ''],
    [5, 5],
    [2.5, 2.5],
    [null, null],
    [undefined, null],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('%p', (leaf, value) => expect(evaluated(leaf)).toEqual(value));

  test('"3.0" is a float', () => expect(typeName(compileTemplate('3.0').evaluate({}))).toBe('f64'));

  test.each(['{{ a }} and {{ b }}', '{{a: 1}}'])('%p does not compile', (leaf) => {
    expect(() => compileTemplate(leaf)).toThrow();
  });
});

describe('trees', () => {
  test('are evaluated leaf by leaf, keys stay as they are', () => {
    expect(evaluated({ '{{ k }}': '{{ payload.n }}', b: ['x', '{{ main.id }}', []], c: {} })).toEqual({
      '{{ k }}': 3,
      b: ['x', 7, []],
      c: {},
    });
  });

  test('give each leaf a scope of its own', () => {
    expect(() => compileTemplate(['{{ let x = 1; x }}', '{{ x }}']).evaluate({})).toThrow(
      'Variable not found: x',
    );
  });

  test('without code are the same value each time', () => {
    const template = compileTemplate({ a: ['10', { b: 'x' }] });
    expect(template.evaluate({})).toBe(template.evaluate({}));
    expect(toValue(template.evaluate({}))).toEqual({ a: [10, { b: 'x' }] });
  });

  test('keep a key named __proto__ as a key', () => {
    const value = evaluated(JSON.parse('{"__proto__": "{{ payload.n }}"}')) as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('with module calls are asynchronous and call in document order', async () => {
    const modules = new Map([['echo', { parameters: [] }]]);
    const template = compileTemplate(
      { b: '{{ echo(1) }}', a: ['{{ echo(2) + 1 }}', '{{ 5 }}'] },
      { modules },
    );
    const asked: unknown[] = [];
    const value = await template.evaluateAsync({}, async (_name, input) => {
      asked.push(input);
      return input;
    });
    expect(template.isAsync).toBe(true);
    expect([toValue(value), asked]).toEqual([{ b: 1, a: [3, 5] }, [1, 2]]);
  });
});

describe('errors', () => {
  test('count columns from the character behind the braces', () => {
    expect(() => compileTemplate('{{ foo }}').evaluate({})).toThrow(
      'Variable not found: foo (line 1, position 2)',
    );
  });

  test('show the line of the file that the leaf stands in', () => {
    const file = 'steps:\n  - payload: "{{ foo }}"\n';
    const start = file.indexOf('{{') + 2;
    const template = compileTemplate([{ payload: '{{ foo }}' }], {
      locateLeaf: (path) => (offset) =>
        path.join('.') === '0.payload' ? placeAt('a.phlow', file, start + offset, 3) : undefined,
    });
    expect(() => template.evaluate({})).toThrow(
      expect.objectContaining({
        message: 'Variable not found: foo (line 2, position 18)',
        place: expect.objectContaining({ file: 'a.phlow', line: 2, frame: expect.stringContaining('^^^') }),
      }),
    );
  });
});
