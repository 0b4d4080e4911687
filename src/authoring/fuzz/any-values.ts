import type { Arbitrary, FastCheck } from './fast-check.js';
import { integersOf, numbersIn } from './numbers.js';
import { textsOf } from './texts.js';

/** A few values that come again and again, so that the calls of a sequence meet what others have left. */
const COMMON = ['a', 'b', 1, null] as const;

/** Names of members: short ones, any text, and names that every object inherits. */
export function memberNames(fc: typeof FastCheck): Arbitrary<string> {
  return fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('a', 'b', '', '__proto__', 'constructor', 'toString'),
  );
}

/** Plain data of every kind: what a schema allows that asks for nothing. */
export function anyValues(fc: typeof FastCheck): Arbitrary {
  const texts = textsOf(fc, [], () => undefined);
  const numbers = [integersOf(fc, []), numbersIn(fc, [])].filter((one) => one !== undefined);
  const single = fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constantFrom(...COMMON), weight: 3 },
    { arbitrary: fc.boolean(), weight: 1 },
    { arbitrary: texts, weight: 3 },
    ...numbers.map((arbitrary) => ({ arbitrary, weight: 2 })),
  );
  const lists = fc.array(single, { maxLength: 4 });
  const maps = mapsOf(fc, single);
  const nested = fc.oneof(fc.array(maps, { maxLength: 3 }), mapsOf(fc, fc.oneof(lists, maps)));
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: single, weight: 8 },
    { arbitrary: lists, weight: 1 },
    { arbitrary: maps, weight: 2 },
    { arbitrary: nested, weight: 1 },
  );
}

function mapsOf(fc: typeof FastCheck, values: Arbitrary): Arbitrary<Readonly<Record<string, unknown>>> {
  // Entries make own members of names such as `__proto__`.
  return fc
    .array(fc.tuple(memberNames(fc), values), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries));
}
