import { numbersOf, type Parts } from '../schema/schema-parts.js';
import type { Arbitrary, FastCheck } from './fast-check.js';

/** Numbers at which programs break: around nothing, at the ends of the types that machines have. */
const EDGES = [
  0,
  1,
  -1,
  127,
  128,
  255,
  256,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 53 - 1,
  -(2 ** 53 - 1),
] as const;
const FRACTIONS = [0.1, -0.5, 1e-7, 5e-324, 1e21, 1.7976931348623157e308] as const;

/** Numbers of everyday size, in both directions. */
const SMALL = 1_000;

interface Range {
  readonly min: number;
  readonly max: number;
  readonly isMinOut: boolean;
  readonly isMaxOut: boolean;
  readonly step: number | undefined;
}

function rangeOf(parts: Parts): Range {
  const atLeast = Math.max(...numbersOf(parts, 'minimum'));
  const above = Math.max(...numbersOf(parts, 'exclusiveMinimum'));
  const atMost = Math.min(...numbersOf(parts, 'maximum'));
  const below = Math.min(...numbersOf(parts, 'exclusiveMaximum'));
  return {
    min: Math.max(atLeast, above),
    max: Math.min(atMost, below),
    isMinOut: above >= atLeast && above > -Infinity,
    isMaxOut: below <= atMost && below < Infinity,
    // Of several the largest is looked for; whether it is a multiple of the others too is checked.
    step: numbersOf(parts, 'multipleOf').toSorted((a, b) => b - a)[0],
  };
}

/** Whole numbers that parts of a schema allow; undefined where there are none. */
export function integersOf(fc: typeof FastCheck, parts: Parts): Arbitrary<number> | undefined {
  const range = rangeOf(parts);
  if (range.step !== undefined && Number.isInteger(range.step)) return multiplesOf(fc, range, range.step);
  const min = Math.max(
    range.isMinOut ? Math.floor(range.min) + 1 : Math.ceil(range.min),
    Number.MIN_SAFE_INTEGER,
  );
  const max = Math.min(
    range.isMaxOut ? Math.ceil(range.max) - 1 : Math.floor(range.max),
    Number.MAX_SAFE_INTEGER,
  );
  if (min > max) return undefined;
  const edges = EDGES.filter((value) => value >= min && value <= max);
  return fc.oneof(
    fc.integer({ min, max }),
    ...(min <= SMALL && max >= -SMALL
      ? [fc.integer({ min: Math.max(min, -SMALL), max: Math.min(max, SMALL) })]
      : []),
    ...(edges.length === 0 ? [] : [fc.constantFrom(...edges)]),
  );
}

/** Numbers that parts of a schema allow; undefined where there are none. */
export function numbersIn(fc: typeof FastCheck, parts: Parts): Arbitrary<number> | undefined {
  const range = rangeOf(parts);
  if (range.step !== undefined) return multiplesOf(fc, range, range.step);
  const { min, max, isMinOut, isMaxOut } = range;
  if (min > max || (min === max && (isMinOut || isMaxOut))) return undefined;
  const constraints = {
    min,
    max,
    // Nothing lies beyond the infinite ends.
    minExcluded: isMinOut || min === -Infinity,
    maxExcluded: isMaxOut || max === Infinity,
    noNaN: true,
    noDefaultInfinity: true,
  };
  const doubles = fc.double(constraints).map((value) => (Object.is(value, -0) ? 0 : value));
  const edges = [...EDGES, ...FRACTIONS].filter((value) => isIn(range, value));
  return fc.oneof(
    ...[integersOf(fc, parts), doubles, edges.length === 0 ? undefined : fc.constantFrom(...edges)].filter(
      (one) => one !== undefined,
    ),
  );
}

function isIn({ min, max, isMinOut, isMaxOut }: Range, value: number): boolean {
  return (isMinOut ? value > min : value >= min) && (isMaxOut ? value < max : value <= max);
}

/** The decimals of a step are kept: 3 times 0.1 is 0.3. */
function multiplesOf(fc: typeof FastCheck, range: Range, step: number): Arbitrary<number> | undefined {
  const decimals = /\.(\d+)$/.exec(String(step))?.[1]?.length ?? 0;
  const from = Math.max(Math.ceil(range.min / step), -1_000_000);
  const to = Math.min(Math.floor(range.max / step), 1_000_000);
  const valueOf = (count: number): number => Number((count * step).toFixed(decimals));
  const min = from + (range.isMinOut && valueOf(from) <= range.min ? 1 : 0);
  const max = to - (range.isMaxOut && valueOf(to) >= range.max ? 1 : 0);
  return min > max ? undefined : fc.integer({ min, max }).map(valueOf);
}
