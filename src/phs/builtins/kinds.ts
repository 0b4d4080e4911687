import { Range } from '../values/range.js';
import { KIND, isPhsArray, isPhsMap, kindOf, type PhsValue } from '../values/value.js';
import { isWhiteSpace } from '../values/white-space.js';
import { instantOf } from './calendar.js';
import { pure, type Builtin, type Context } from './registry.js';

/** Questions about the kind of a value, which can be asked of any value (docs/spec/phs.md 11.1). */
export const KINDS: readonly Builtin[] = [
  pure('is_null', ['any'], (_context, value) => value === null),
  pure('is_not_null', ['any'], (_context, value) => value !== null),
  ...Object.entries({
    is_array: KIND.array,
    is_object: KIND.map,
    is_string: KIND.string,
    is_number: KIND.int | KIND.float,
    is_boolean: KIND.bool,
    is_float: KIND.float,
    is_int: KIND.int,
  }).map(([name, kinds]) => pure(name, ['any'], (_context, value) => (kindOf(value) & kinds) !== 0)),
  pure('is_datetime', ['any'], (_context, value) => {
    return typeof value === 'string' && instantOf(value) !== undefined;
  }),
  pure('is_empty', ['any'], isEmpty),
];

/** Nothing in it: unit, a string of white space only, a container without items; anything else is not empty. */
function isEmpty(context: Context, value: PhsValue): boolean {
  if (value === null) return true;
  if (typeof value === 'string') return isBlank(context, value);
  if (isPhsArray(value)) return value.length === 0;
  if (isPhsMap(value)) return Object.keys(value).length === 0;
  return value instanceof Range && value.isEmpty;
}

function isBlank(context: Context, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (!isWhiteSpace(text.charCodeAt(i))) return false;
    if ((i & 63) === 63) context.charge(1);
  }
  return true;
}
