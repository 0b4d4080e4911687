import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BUILTINS } from '../../../src/phs/builtins/table.js';
import { Range, Timestamp } from '../../../src/phs/values/range.js';
import { ScriptError } from '../../../src/phs/script-error.js';
import { KIND, char, float, kindOf, type PhsValue } from '../../../src/phs/values/value.js';
import { LoneRun, fn } from './dispatch.js';

const INTS: readonly PhsValue[] = [0, 1, -1, 2, 63, 64, -65, 1e15, -(2n ** 63n), 2n ** 63n - 1n];
const FLOATS: readonly PhsValue[] = [0.5, float(3), float(-0), NaN, Infinity, -Infinity, 1e300];
const TEXTS: readonly PhsValue[] = [
  '',
  'a',
  'abc',
  'é😀',
  '%d',
  '(a*)*',
  '{"a": 1}',
  '%Y',
  '\ud800',
  '__proto__',
];
const OTHERS: readonly PhsValue[] = [
  null,
  true,
  char('x'),
  new Range(0, 5, false),
  new Range(-(2n ** 63n), 2n ** 63n - 1n, true),
  new Range(undefined, undefined, false),
];

const CALLBACKS: readonly PhsValue[] = [0, 1, 2, 3].map((arity) => fn(arity, ([x]) => x ?? null));
const SCALARS = [...INTS, ...FLOATS, ...TEXTS, ...OTHERS, ...CALLBACKS];

/** Values of the kinds that a parameter accepts; containers are made anew for each call, for builtins may change them. */
function accepted(kinds: number): fc.Arbitrary<PhsValue> {
  const choices: fc.Arbitrary<PhsValue>[] = [];
  const scalars = SCALARS.filter((value) => (kindOf(value) & kinds) !== 0);
  if (scalars.length > 0) choices.push(fc.constantFrom(...scalars));
  const item = fc.constantFrom(...INTS, ...TEXTS);
  if ((kinds & KIND.array) !== 0) choices.push(fc.array(item, { maxLength: 4 }));
  if ((kinds & KIND.map) !== 0)
    choices.push(fc.dictionary(fc.string({ maxLength: 3 }), item, { maxKeys: 3 }));
  if ((kinds & KIND.timestamp) !== 0) choices.push(fc.constant(new Timestamp(1)));
  return fc.oneof(...choices);
}

const builtins = [...BUILTINS.names()].flatMap((name) =>
  BUILTINS.arities(name).flatMap((arity) => BUILTINS.overloads(name, arity)),
);

test('whatever the arguments, a builtin fails with an error of scripts or not at all', () => {
  const call = fc
    .constantFrom(...builtins)
    .chain((builtin) =>
      fc.record({ builtin: fc.constant(builtin), args: fc.tuple(...builtin.accepts.map(accepted)) }),
    );
  fc.assert(
    fc.property(call, ({ builtin, args: [a, b, c, d] }) => {
      const run = new LoneRun({ stringLength: 10_000, arrayItems: 1_000, steps: 1_000_000 });
      try {
        builtin.apply(run, a, b, c, d);
      } catch (error) {
        expect(error).toBeInstanceOf(ScriptError);
      }
    }),
    { numRuns: 20_000, seed: 3 },
  );
});
