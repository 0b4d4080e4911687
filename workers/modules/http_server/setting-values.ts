import { PhlowError } from '../../../src/errors.js';
import { parseByteSize, parseDuration } from '../../../src/manifest/units.js';
import { isMap, textOf, type ValueMap } from '../../../src/values.js';

/** The settings of a group; none where there is no such group. */
export function mapAt(given: ValueMap, name: string): ValueMap {
  const value = given[name];
  return isMap(value) ? value : {};
}

/** A count among the settings; undefined when there is none. */
export function countAt(given: ValueMap, name: string): number | undefined {
  const value = given[name];
  return typeof value === 'number' ? value : undefined;
}

/** Bytes of a size among the settings; undefined when there is none. Throws PHLOW_WITH_INVALID. */
export function sizeAt(given: ValueMap, name: string): number | undefined {
  const value = given[name];
  if (value === undefined || value === null) return undefined;
  const bytes = parseByteSize(value);
  if (bytes !== undefined) return bytes;
  throw invalid(`limits.${name} must be a number of bytes, or a size such as 1MiB: found ${textOf(value)}`);
}

/** Milliseconds of a time among the settings; undefined when there is none. Throws PHLOW_WITH_INVALID. */
export function durationAt(
  given: Readonly<Record<string, unknown>>,
  name: string,
  path: string,
): number | undefined {
  const value = given[name];
  if (value === undefined || value === null) return undefined;
  const ms = parseDuration(value);
  if (ms !== undefined && ms >= 1) return Math.round(ms);
  throw invalid(`${path} must be a number of milliseconds, or a time such as 10s: found ${textOf(value)}`);
}

/** The error of a setting. */
export function invalid(what: string): PhlowError {
  return new PhlowError('PHLOW_WITH_INVALID', what);
}
