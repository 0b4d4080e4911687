import { placeAt } from '../code-frame.js';
import { newMap } from './entries.js';
import type { ScriptError } from './script-error.js';
import type { PhsValue } from './value.js';

/** What `catch (e)` receives: the thrown value, or a map that describes the error (spec/phs.md 5.6). */
export function caughtValue(error: ScriptError, code: string): PhsValue {
  if (error.thrown !== undefined) return error.thrown.value;
  const map = newMap<PhsValue>();
  map['error'] = error.kind;
  map['message'] = error.message;
  for (const [key, fact] of Object.entries(error.facts)) map[key] = fact;
  if (error.offset !== undefined) {
    const { line, column } = placeAt('', code, error.offset);
    map['line'] = line;
    map['position'] = column;
  }
  map['source'] = '';
  return map;
}
