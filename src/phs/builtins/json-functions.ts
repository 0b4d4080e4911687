import { JsonError, readJson } from '../values/json-read.js';
import { toJson } from '../values/json-write.js';
import { ScriptError } from '../script-error.js';
import { Float, isPhsMap, typeName, type PhsValue } from '../values/value.js';
import { trimmed } from '../values/white-space.js';
import { pure, type Builtin, type Context } from './registry.js';
import { walked } from './text-parts.js';

/** JSON texts (docs/spec/phs.md 10.4, 11.1, 11.3). */
export const JSON_FUNCTIONS: readonly Builtin[] = [
  pure('to_json', ['any'], (context, value) => context.checked(toJson(value, context))),
  // Unit when the text is no JSON; a number that stands alone is an int when it is whole, however it is spelled.
  pure('parse', ['string'], (context, text) => {
    const value = read(context, text);
    if (value instanceof JsonError) return null;
    return value instanceof Float ? value.value + 0 : value;
  }),
  pure('parse_json', ['string'], (context, text) => {
    const value = read(context, text);
    if (value instanceof JsonError) {
      throw new ScriptError('ErrorParsing', `Cannot parse the text as JSON: ${value.message}`);
    }
    if (isPhsMap(value)) return value;
    throw new ScriptError(
      'ErrorMismatchDataType',
      `Output type incorrect: ${typeName(value)} (expecting map)`,
    );
  }),
];

/** What it costs to make an error that nobody sees, in steps. */
const FAILING = 150;

function read(context: Context, text: string): PhsValue | JsonError {
  try {
    context.charge(text.length >> 1);
    return readJson(trimmed(walked(context, text)), (what, size) => {
      context.charge(1);
      context.room(what, size);
    });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    context.charge(FAILING);
    return error;
  }
}
