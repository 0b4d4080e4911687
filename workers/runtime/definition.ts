import { PhlowError } from '../../src/errors.js';
import type { Context, MainContext, Package, StartContext } from '../../src/sdk/context.js';
import { isStandardSchema, type StandardSchema } from '../../src/sdk/standard-schema.js';
import type { Violations } from '../../src/manifest/validator.js';
import { didYouMean } from '../../src/nearest.js';
import { isMap } from '../../src/values.js';

/** What an entry file's default export comes to: any of the parts may be there, but a handler or a main must. */
export interface Definition {
  /** Validators of its own, beside the manifest. */
  readonly input?: StandardSchema;
  readonly output?: StandardSchema;
  start?(context: StartContext): unknown;
  handler?(pkg: Package<unknown>, context: Context, state: unknown): unknown;
  main?(context: MainContext, state: unknown): unknown;
  drain?(state: unknown): unknown;
  invalid?(violations: Violations, pkg: Package<unknown>, context: Context): unknown;
  stop?(state: unknown): unknown;
}

const PARTS: readonly string[] = [
  'start',
  'handler',
  'main',
  'drain',
  'invalid',
  'stop',
  // A validator may be a function.
  'input',
  'output',
] satisfies (keyof Definition)[];

const VALIDATORS = ['input', 'output'] as const;

/** Finds the definition among an entry's exports: a definition from the SDK, or a bare function as the handler. */
export function definitionOf(exports: Record<string, unknown>, entry: string): Definition {
  let found: unknown = exports['default'];
  // A CommonJS file compiled from an ES module carries its default export one level deeper.
  if (isMap(found) && found['__esModule'] === true) found = found['default'];
  if (typeof found === 'function') return { handler: found as NonNullable<Definition['handler']> };
  if (isMap(found) && (typeof found['handler'] === 'function' || typeof found['main'] === 'function'))
    return withValidParts(found, entry);
  throw new PhlowError(
    'PHLOW_ENTRY_INVALID',
    `Cannot use ${entry} as a module: its default export is ${nameOf(found)}, expected a function or what createStep or createMain returns${misspelt(found)}`,
  );
}

/** Throws for what stands where a validator belongs and is none: nothing would be validated. */
function withValidParts(found: Definition, entry: string): Definition {
  for (const part of VALIDATORS) {
    const value: unknown = found[part];
    if (value === undefined || isStandardSchema(value)) continue;
    const message = `Cannot use ${entry} as a module: its "${part}" is of type ${typeof value}, expected a Standard Schema validator such as those of zod, valibot and arktype; a JSON Schema belongs into phlow.yaml`;
    throw new PhlowError('PHLOW_ENTRY_INVALID', message);
  }
  return withKnownParts(found, entry);
}

/** A function under a name that is almost one of the parts' would never be called. */
function withKnownParts(found: Definition, entry: string): Definition {
  for (const [name, value] of Object.entries(found)) {
    const hint = typeof value !== 'function' || PARTS.includes(name) ? '' : didYouMean(name, PARTS);
    if (hint === '') continue;
    throw new PhlowError(
      'PHLOW_ENTRY_INVALID',
      `Cannot use ${entry} as a module: its default export has a function "${name}", which nothing calls.${hint}`,
    );
  }
  return found;
}

function nameOf(found: unknown): string {
  if (found === undefined) return 'missing';
  return isMap(found) ? 'an object without handler and main' : `of type ${typeof found}`;
}

/** What stands in an object under a name that is almost one of the parts', as a sentence. */
function misspelt(found: unknown): string {
  for (const name of isMap(found) ? Object.keys(found) : []) {
    const hint = PARTS.includes(name) ? '' : didYouMean(name, PARTS);
    if (hint !== '') return `; it has "${name}".${hint}`;
  }
  return '';
}
