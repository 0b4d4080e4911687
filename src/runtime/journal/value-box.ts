import { messageOf, PhlowError } from '../../errors.js';
import { char, Char, Float, float, isPhsMap, toValue, type PhsValue } from '../../phs/values/value.js';
import { fromTagged } from '../../wire/tagged-reader.js';
import { isJson, toTagged } from '../../wire/tagged.js';

/** More levels than a value of a flow may have. */
const MAX_DEPTH = 1_000;
const PLAIN = 0;
const TAGGED = 1;

/** Where in a value a float or a char of phs stands, which plain data does not tell from an int or a string. */
type Mark = readonly [kind: 'float' | 'char', ...path: (string | number)[]];

/** A value as JSON: empty for undefined; the value; whether it is tagged (wire/tagged.ts); what phs tells apart in it. */
export type Box = readonly [] | readonly [data: unknown, form?: number, marks?: readonly Mark[]];

/**
 * Puts a value into a box, so that the same value comes out of it.
 *
 * @param isPlain true for plain data that no expression has made.
 * @throws PHLOW_JOURNAL_VALUE for what a file cannot hold, such as a function.
 */
export function boxed(value: PhsValue, isPlain: boolean): Box {
  if (value === undefined) return [];
  try {
    const marks: Mark[] = [];
    const data = isPlain ? value : toValue(value);
    if (!isPlain) mark(value, [], marks);
    const isText = isJson(data, MAX_DEPTH);
    const written: unknown = isText ? data : toTagged(data, MAX_DEPTH);
    if (marks.length > 0) return [written, isText ? PLAIN : TAGGED, marks];
    return isText ? [written] : [written, TAGGED];
  } catch (error) {
    const message = `Cannot write a value into the journal: ${messageOf(error)}`;
    throw new PhlowError('PHLOW_JOURNAL_VALUE', message, { cause: error });
  }
}

/** Takes the value out of a box that was just parsed: it becomes part of the value. */
export function unboxed([data, form, marks]: Box): PhsValue {
  let value = (form === TAGGED ? fromTagged(data).value : data) as PhsValue;
  for (const [kind, ...path] of marks ?? []) value = marked(value, kind, path);
  return value;
}

function mark(value: PhsValue, path: (string | number)[], marks: Mark[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Float) marks.push(['float', ...path]);
  else if (value instanceof Char) marks.push(['char', ...path]);
  else if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly PhsValue[]).entries()) mark(item, [...path, index], marks);
  } else if (isPhsMap(value)) {
    for (const [key, item] of Object.entries(value)) mark(item, [...path, key], marks);
  }
}

function marked(value: PhsValue, kind: Mark[0], path: readonly (string | number)[]): PhsValue {
  const [step, ...rest] = path;
  if (step === undefined) {
    if (kind === 'float' && typeof value === 'number') return float(value);
    return kind === 'char' && typeof value === 'string' ? char(value) : value;
  }
  // An own member of what was read for us alone.
  const holder = value as Record<string | number, PhsValue>;
  const inner = marked(holder[step], kind, rest);
  Object.defineProperty(holder, step, { value: inner, writable: true, enumerable: true, configurable: true });
  return value;
}
