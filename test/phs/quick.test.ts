import { describe, expect, test } from '@jest/globals';
import type { Scope } from '../../src/phs/interpreter/scope.js';
import { DEFAULT_LIMITS } from '../../src/phs/limits.js';
import { compileProgram, type Program } from '../../src/phs/program.js';
import { conditionIn } from '../../src/phs/quick/condition.js';
import { quickOf, Trial } from '../../src/phs/quick/trial.js';
import { SITES, type Quick } from '../../src/phs/quick/sites.js';
import { float, type PhsValue } from '../../src/phs/values/value.js';

const CODE = 'main.user.age >= 18 && main.method == "POST"';
const PLAIN: Scope = { main: { user: { age: 20 }, method: 'POST' } };

/** Places in the source serve one condition each; these tests have more conditions than there are places. */
function givingBack<T>(use: () => T): T {
  const places = [...SITES];
  const result = use();
  SITES.splice(0, SITES.length, ...places);
  return result;
}

function hot(code: string, scope: Scope): Program {
  return givingBack(() => {
    const places = SITES.length;
    const program = compileProgram(code);
    for (let i = 0; i < 300; i++) program.run(scope);
    expect(SITES).toHaveLength(places - 1);
    return program;
  });
}

function quick(code: string): Quick {
  const condition = conditionIn(code, DEFAULT_LIMITS);
  const form = condition && givingBack(() => quickOf(condition));
  if (form === undefined) throw new Error(`no quick form: ${code}`);
  return form;
}

function outcomeOf(program: Program, scope: Scope): unknown {
  try {
    return { value: program.run(scope) };
  } catch (error) {
    return { error: String(error) };
  }
}

/** Data that only looks like `{ user: { age }, method }`; `touched` is called when code of it runs that must not. */
function oddOnes(touched: () => void): Readonly<Record<string, unknown>> {
  class Request {
    method = 'POST';
    get user(): unknown {
      touched();
      return { age: 20 };
    }
  }
  const inherited = { user: { age: 20 }, method: 'POST' };
  return {
    'of a class, with a getter': new Request(),
    'that inherits everything': Object.create(inherited) as unknown,
    'that inherits one level below': { user: Object.create({ age: 20 }) as unknown, method: 'POST' },
    'without a prototype': Object.assign(Object.create(null) as object, inherited),
    'with a getter of its own that throws': {
      method: 'POST',
      get user(): never {
        throw new RangeError('not now');
      },
    },
    'that is a proxy of what inherits': new Proxy(Object.create(inherited) as object, {}),
    'that is a proxy that throws': new Proxy(
      {},
      {
        has: () => {
          throw new RangeError('no has');
        },
        getOwnPropertyDescriptor: () => {
          throw new RangeError('no descriptor');
        },
      },
    ),
    'that is unit': null,
    'that is missing': undefined,
    'that is a text': 'user',
    'that is an array': [1],
    'that is a function': Object.assign(() => undefined, inherited),
    'without the user': { method: 'POST' },
    'with a user that is unit': { user: null, method: 'POST' },
    'with a user that is undefined': { user: undefined, method: 'POST' },
    'with a text as age': { user: { age: '20' }, method: 'POST' },
    'with a fraction as age': { user: { age: 18.5 }, method: 'POST' },
    'with NaN as age': { user: { age: NaN }, method: 'POST' },
    'with -0 as age': { user: { age: -0 }, method: 'POST' },
    'with a boxed float as age': { user: { age: float(18) }, method: 'POST' },
    'with a bigint as age': { user: { age: 2n ** 60n }, method: 'POST' },
    'with a number as method': { user: { age: 20 }, method: 7 },
    'with an array as method': { user: { age: 20 }, method: ['POST'] },
    'with a long text as method': { user: { age: 20 }, method: 'POST'.repeat(100) },
    'with __proto__ as a key': JSON.parse(
      '{"__proto__": {"user": {"age": 20}}, "method": "POST"}',
    ) as unknown,
  };
}

const ODD_NAMES = Object.keys(oddOnes(() => undefined));

describe('the quick form of a condition', () => {
  test('says what the condition says', () => {
    const form = quick(CODE);
    const of = (age: number, method: string): unknown => form({ main: { user: { age }, method } });
    expect([of(18, 'POST'), of(17, 'POST'), of(18, 'GET'), of(0, '')]).toEqual([true, false, false, false]);
  });

  test.each([
    ['payload.n == 3', [3, 4], [true, false]],
    ['payload.n != 3', [3, 4], [false, true]],
    ['payload.n < 3', [2, 3], [true, false]],
    ['payload.n <= 3', [3, 4], [true, false]],
    ['payload.n > 3', [4, 3], [true, false]],
    ['payload.n >= 3', [3, 2], [true, false]],
    ['payload.n == "a"', ['a', 'b'], [true, false]],
    ['payload.n != "a"', ['a', 'b'], [false, true]],
    ['payload.n', [true, false], [true, false]],
    ['!payload.n', [true, false], [false, true]],
    ['payload.n == 1 || payload.n == 2', [1, 2, 3], [true, true, false]],
  ])('of %s does so too', (code, values, expected) => {
    const form = quick(code);
    expect(values.map((n) => form({ payload: { n } }))).toEqual(expected);
  });

  test.each([
    '1 == 1',
    'main',
    'main == 1',
    'main.a.b.c == 1',
    'main.a == 1 && main.b == 2 && main.c == 3',
    'main.a == main.b',
    'main.a == 1.5',
    'main.a == null',
    'main.a < "b"',
    "main.a == 'b'",
    'main?.a == 1',
    'main[0] == 1',
    'main.a.len() == 1',
    'other.a == 1',
    'main.a + 1 == 2',
    'main.a == 1; main.b == 2',
    'let main = 5; main.a == 1',
    'fn f() { 1 } main.a == 1',
    `main.a == "${'x'.repeat(256)}"`,
  ])('is not made of %s', (code) => {
    expect(conditionIn(code, DEFAULT_LIMITS)).toBeUndefined();
  });

  test.each(ODD_NAMES)('changes nothing about data %s', (name) => {
    let touched = 0;
    const odd = oddOnes(() => touched++)[name] as PhsValue;
    const program = hot(CODE, PLAIN);
    for (let run = 0; run < 3; run++) {
      expect(outcomeOf(program, { main: odd })).toEqual(outcomeOf(compileProgram(CODE), { main: odd }));
    }
    expect(touched).toBe(0);
  });

  test('does not see what a prototype was given after it was made', () => {
    const program = hot('main.admin == 1', { main: { admin: 1 } });
    Object.defineProperty(Object.prototype, 'admin', { value: 1, configurable: true });
    try {
      expect(program.run({ main: {} })).toBe(false);
      expect(program.run({ main: { admin: 1 } })).toBe(true);
      expect(program.run({ main: { admin: 2 } })).toBe(false);
    } finally {
      delete (Object.prototype as unknown as Record<string, unknown>)['admin'];
    }
    expect(program.run({ main: {} })).toBe(false);
  });

  test('takes keys that every object inherits for ordinary ones', () => {
    const program = hot('main.constructor == 1', { main: { constructor: 1 } });
    expect(program.run({ main: {} })).toBe(false);
    expect(program.run({ main: { constructor: 1 } })).toBe(true);
  });

  test('is refused to data of many shapes', () => {
    const trial = new Trial('main.a == 1', DEFAULT_LIMITS);
    for (const key of ['b', 'c', 'd']) trial.watch({ main: { [key]: 2, a: 1 } });
    expect(trial.verdict()).toBeUndefined();
  });

  test('is refused when all places in the source are taken, and nothing changes', () => {
    givingBack(() => {
      const programs = Array.from({ length: 20 }, (_, n) => compileProgram(`main.n == ${n}`));
      for (let n = 0; n < 300; n++) for (const program of programs) program.run({ main: { n: -1 } });
      expect(SITES).toEqual([]);
      expect(programs.map((program, n) => program.run({ main: { n } }))).toEqual(programs.map(() => true));
      expect(programs.map((program) => program.run({ main: { n: -1 } }))).toEqual(programs.map(() => false));
    });
  });
});
