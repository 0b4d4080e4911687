import { isDeepStrictEqual } from 'node:util';
import { isMap, textOf } from '../../src/values.js';

/** Throws unless the reply is exactly what is expected; maps have no order, and texts that start with `~` are matchers. */
export function checkExact(expected: unknown, got: unknown): void {
  if (!isSame(expected, got)) throw new Error(`expected ${textOf(expected)}, got ${textOf(got)}`);
}

/** Throws unless the reply has the expected members, in maps at any depth; lists must be complete. */
export function checkPartial(expected: unknown, got: unknown): void {
  if (!hasPart(expected, got)) throw new Error(`expected at least ${textOf(expected)}, got ${textOf(got)}`);
}

function isSame(expected: unknown, got: unknown): boolean {
  if (typeof expected === 'string' && expected.startsWith('~')) return matches(expected, got);
  if (Array.isArray(expected)) return areSame(expected, got, isSame);
  if (!isMap(expected)) return isDeepStrictEqual(expected, got);
  return (
    isMap(got) &&
    Object.keys(got).length === Object.keys(expected).length &&
    hasMembers(expected, got, isSame)
  );
}

function hasPart(expected: unknown, got: unknown): boolean {
  if (Array.isArray(expected)) return areSame(expected, got, hasPart);
  return isMap(expected) ? isMap(got) && hasMembers(expected, got, hasPart) : isSame(expected, got);
}

type Compare = (expected: unknown, got: unknown) => boolean;

function areSame(expected: readonly unknown[], got: unknown, compare: Compare): boolean {
  return (
    Array.isArray(got) && got.length === expected.length && expected.every((item, i) => compare(item, got[i]))
  );
}

function hasMembers(
  expected: Readonly<Record<string, unknown>>,
  got: Readonly<Record<string, unknown>>,
  compare: Compare,
): boolean {
  return Object.entries(expected).every(
    ([name, member]) => Object.hasOwn(got, name) && compare(member, got[name]),
  );
}

function matches(matcher: string, got: unknown): boolean {
  if (matcher === '~any') return true;
  if (matcher === '~int') return Number.isInteger(got);
  if (matcher.startsWith('~re:'))
    return typeof got === 'string' && new RegExp(matcher.slice(4), 'u').test(got);
  return got === matcher;
}
