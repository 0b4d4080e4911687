import { messageOf, PhlowError } from '../errors.js';
import { yaml } from '../yaml-package.js';
import { isMap, type Value } from '../values.js';

const SHELL_HELP = `Text needs double quotes inside the shell's single ones: '"text"'`;

/**
 * Reads JSON from the command line. Integers outside the safe range become bigints.
 *
 * @param what names the argument in the error, for example `--main`.
 * @param help what to do about text that is no JSON, as a sentence.
 * @throws PhlowError PHLOW_USAGE when the text is no JSON.
 */
export function jsonArgument(what: string, text: string, help = SHELL_HELP): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PhlowError('PHLOW_USAGE', `Cannot read ${what} as JSON: ${messageOf(error)}. ${help}`, {
      cause: error,
    });
  }
  return (hasLostDigits(value) ? exactly(text) : value) as Value;
}

function hasLostDigits(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasLostDigits);
}

/** JSON is YAML, and the YAML reader can keep integers whole. Slower, so only for text that needs it. */
function exactly(text: string): unknown {
  const options = { intAsBigInt: true, uniqueKeys: false, version: '1.2', schema: 'json' } as const;
  return narrowed(yaml().parse(text, options));
}

function narrowed(value: unknown): unknown {
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return Number(value);
    return BigInt.asIntN(64, value) === value ? value : Number(value);
  }
  if (Array.isArray(value)) return value.map(narrowed);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, narrowed(member)]));
}
