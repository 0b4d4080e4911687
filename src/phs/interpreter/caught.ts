import { newMap } from '../values/entries.js';
import type { ScriptError } from '../script-error.js';
import type { PhsValue } from '../values/value.js';

/** What `catch (e)` receives: the thrown value, or a map that describes the error (docs/spec/phs.md 5.6). */
export function caughtValue(error: ScriptError, code: string): PhsValue {
  if (error.thrown !== undefined) return error.thrown.value;
  const map = newMap<PhsValue>();
  map['error'] = error.kind;
  map['message'] = error.message;
  for (const [key, fact] of Object.entries(error.facts)) map[key] = fact;
  if (error.offset !== undefined) {
    const before = code.slice(0, error.offset).split('\n');
    map['line'] = before.length;
    map['position'] = [...(before.at(-1) ?? '')].length + 1;
  }
  map['source'] = '';
  return map;
}
