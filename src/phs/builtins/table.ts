import { ARRAY_CALLBACKS } from './array-callbacks.js';
import { ARRAYS } from './arrays.js';
import { BITS } from './bits.js';
import { CORE } from './core.js';
import { FLOATS } from './floats.js';
import { JSON_FUNCTIONS } from './json-functions.js';
import { KINDS } from './kinds.js';
import { MAPS } from './maps.js';
import { NUMBERS } from './numbers.js';
import { PATTERNS } from './patterns.js';
import { PHS_STRINGS } from './phs-strings.js';
import { Registry } from './registry.js';
import { SORT } from './sort.js';
import { STRING_EDITS } from './string-edits.js';
import { STRINGS } from './strings.js';
import { TIME } from './time.js';
import { UUIDS } from './uuids.js';

/** Every builtin there is; a new group is one more row. */
export const BUILTINS = new Registry([
  CORE,
  NUMBERS,
  FLOATS,
  BITS,
  STRINGS,
  STRING_EDITS,
  PHS_STRINGS,
  PATTERNS,
  ARRAYS,
  ARRAY_CALLBACKS,
  SORT,
  MAPS,
  KINDS,
  TIME,
  JSON_FUNCTIONS,
  UUIDS,
]);
