import { didYouMean } from '../../nearest.js';
import { ScriptError } from '../script-error.js';
import { typeName, type PhsValue } from '../values/value.js';

const PLAIN_TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  i64: 'an int',
  f64: 'a float',
  bool: 'true or false',
  char: 'a character',
  array: 'a list',
  map: 'a map',
  '()': 'nothing',
};

/** The arguments in words. */
function plainTypes(args: readonly PhsValue[]): string {
  const types = args.map((value) => PLAIN_TYPES[typeName(value)] ?? typeName(value));
  return types.length === 0 ? 'no arguments' : types.join(' and ');
}

/**
 * `Function not found: name (types)`, with strings spelled as the original spells them there (docs/spec/phs.md 8.2).
 *
 * @param takes a sentence in the place of the hint, for a name that is known to take other arguments
 */
export function functionNotFound(
  name: string,
  args: readonly PhsValue[],
  known: readonly string[] = [],
  takes?: string,
): ScriptError {
  const types = args.map((value) =>
    typeof value === 'string' ? '&str | ImmutableString | String' : typeName(value),
  );
  const signature = `${name} (${types.join(', ')})`;
  return new ScriptError('ErrorFunctionNotFound', `Function not found: ${signature}`, {
    facts: { function: signature },
    // A known name was given other arguments than it takes: no other name would help.
    hint: () =>
      takes ??
      (didYouMean(name, known.includes(name) ? [] : known) ||
        ` There is no "${name}" for ${plainTypes(args)}.`),
  });
}
