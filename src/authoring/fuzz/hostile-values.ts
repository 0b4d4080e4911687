import { isMap } from '../../values.js';
import type { Arbitrary, FastCheck } from './fast-check.js';

/** What stands in the place of another value: of each type one, and what no JSON can say. */
const WRONG = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  NaN,
  Infinity,
  '',
  'x',
  '[object Object]',
  [],
  [null],
  {},
] as const;

/** Members that nobody asks for: names that objects inherit, and a long one. */
const EXTRA_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  '',
  'x'.repeat(1_000),
] as const;

const MAX_LENGTH = 100_000;
const MAX_NESTING = 200;

/** How an input is made wrong, or odd. */
type Change = (input: unknown) => unknown;

/**
 * Inputs that are nearly right, and some that are nothing like it: with a member left out, of the wrong type, with another name, with members such as
 * `__proto__`, with huge texts and deep nesting. Whether the manifest refuses one is for its checker to say.
 */
export function hostileValues(fc: typeof FastCheck, valid: Arbitrary): Arbitrary {
  const place = fc.nat(20);
  const replacement: Arbitrary = fc.oneof(
    { arbitrary: fc.constantFrom<unknown>(...WRONG), weight: 6 },
    { arbitrary: fc.nat(MAX_LENGTH).map((length) => 'x'.repeat(length)), weight: 1 },
    { arbitrary: fc.nat(MAX_NESTING).map(nested), weight: 1 },
  );
  const changes: Arbitrary<Change> = fc.oneof(
    {
      arbitrary: fc.tuple(place, replacement).map(
        ([at, value]): Change =>
          (input) =>
            replaced(input, at, value),
      ),
      weight: 5,
    },
    {
      arbitrary: place.map(
        (at): Change =>
          (input) =>
            without(input, at),
      ),
      weight: 3,
    },
    {
      arbitrary: place.map(
        (at): Change =>
          (input) =>
            renamed(input, at),
      ),
      weight: 1,
    },
    {
      arbitrary: fc.tuple(fc.constantFrom(...EXTRA_NAMES), replacement).map(
        ([name, value]): Change =>
          (input) =>
            added(input, name, value),
      ),
      weight: 3,
    },
    {
      arbitrary: replacement.map(
        (value): Change =>
          () =>
            value,
      ),
      weight: 1,
    },
    { arbitrary: fc.constant<Change>((input) => [input]), weight: 1 },
  );
  return fc.tuple(valid, changes).map(([input, change]) => change(input));
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
}

/** Another value for a member, or for one inside of it; for the whole where there is none. */
function replaced(input: unknown, at: number, value: unknown): unknown {
  const names = isMap(input) ? Object.keys(input) : [];
  const name = names[at % Math.max(1, names.length)];
  if (!isMap(input) || name === undefined) return value;
  const held = input[name];
  const isInside = isMap(held) && at >= names.length;
  return withMember(input, name, isInside ? replaced(held, at - names.length, value) : value);
}

function without(input: unknown, at: number): unknown {
  if (!isMap(input)) return undefined;
  const entries = Object.entries(input);
  return Object.fromEntries(entries.filter((_entry, i) => i !== at % entries.length));
}

/** In another case, or with a blank behind it. */
function renamed(input: unknown, at: number): unknown {
  if (!isMap(input)) return input;
  const entries = Object.entries(input);
  return Object.fromEntries(
    entries.map(([name, value], i) => [
      i !== at % entries.length ? name : name === name.toUpperCase() ? `${name} ` : name.toUpperCase(),
      value,
    ]),
  );
}

function added(input: unknown, name: string, value: unknown): unknown {
  return isMap(input) ? withMember(input, name, value) : { [name]: value, input };
}

function withMember(input: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const entries = Object.entries(input).filter(([key]) => key !== name);
  return Object.fromEntries([...entries, [name, value]]);
}
