import { PhlowError } from '../../src/errors.js';
import { pathText, pointerTo } from '../../src/manifest/pointer.js';
import type { Violations } from '../../src/manifest/validator.js';
import type { Context, Package } from '../../src/sdk/context.js';
import type { StandardIssue, StandardResult, StandardSchema } from '../../src/sdk/standard-schema.js';
import { isTransfer } from '../../src/sdk/transfer.js';
import type { Violation } from '../../src/sdk/violation.js';
import { isThenable } from '../../src/values.js';
import type { Refusal } from '../../src/wire/protocol.js';
import { isStream } from '../../src/wire/stream-writer.js';
import type { Definition } from './definition.js';

/** This many violations of one value are reported. */
const MAX_VIOLATIONS = 50;

/** Thrown for a package that a validator of the module refuses: its caller gets the error of one that breaks the manifest. */
export class RefusedPackage extends Error {
  readonly refusal: Refusal;

  constructor(code: Refusal['code'], message: string, violations: Violations) {
    super(message);
    this.refusal = { code, message, details: { violations } };
  }
}

type Handler = NonNullable<Definition['handler']>;

/**
 * The definition with its validators around its handler: `input` looks at a package after the manifest's check, `output` at the reply before it, and what
 * they make of a value takes its place. A definition without validators is returned as it is.
 */
export function withValidators(name: string, definition: Definition): Definition {
  const { input, output } = definition;
  if (definition.handler === undefined || (input === undefined && output === undefined)) return definition;
  const handler: Handler = (pkg, context, state) => definition.handler?.(pkg, context, state);
  const checked = output === undefined ? handler : withOutput(name, output, handler);
  const whole = input === undefined ? checked : withInput(name, input, checked, definition);
  // Not a copy: its other parts may be those of a class.
  return Object.create(definition, { handler: { value: whole, enumerable: true } }) as Definition;
}

function withInput(
  name: string,
  schema: StandardSchema,
  handler: Handler,
  definition: Pick<Definition, 'invalid'>,
): Handler {
  return (pkg: Package<unknown>, context: Context, state: unknown) =>
    afterwards(schema['~standard'].validate(pkg.input), (result) => {
      if (result.issues === undefined) return handler({ ...pkg, input: result.value }, context, state);
      const violations = violationsOf(result.issues, 'input');
      if (definition.invalid !== undefined) return definition.invalid(violations, pkg, context);
      const message = `Cannot call module "${name}": ${violations[0].message}`;
      throw new RefusedPackage('PHLOW_INPUT_INVALID', message, violations);
    });
}

function withOutput(name: string, schema: StandardSchema, handler: Handler): Handler {
  const accept = (result: StandardResult<unknown>): unknown => {
    if (result.issues === undefined) return result.value;
    const violations = violationsOf(result.issues, 'output');
    const message = `Module "${name}" broke its own rules: ${violations[0].message}`;
    throw new RefusedPackage('PHLOW_OUTPUT_INVALID', message, violations);
  };
  return (pkg, context, state) =>
    afterwards(handler(pkg, context, state), (reply) => {
      // The items of a stream are looked at by nobody, here as with the manifest.
      if (isStream(reply)) return reply;
      const value = isTransfer(reply) ? reply.value : reply;
      return afterwards(schema['~standard'].validate(value), (result) => {
        const accepted = accept(result);
        return isTransfer(reply) ? { ...reply, value: accepted } : accepted;
      });
    });
}

/** Goes on with a value, in the same turn when it is there: the server knows a stream by what a handler returns, not by what a promise resolves to. */
function afterwards<T>(value: T | PromiseLike<T>, goOn: (value: T) => unknown): unknown {
  if (!isThenable(value)) return goOn(value);
  return Promise.resolve(value).then((settled) => {
    const result = goOn(settled);
    if (!isStream(result)) return result;
    const message =
      'Cannot reply with a stream behind a validator that answers later: use one that answers at once';
    throw new PhlowError('PHLOW_STREAM_UNSUPPORTED', message);
  });
}

/** The issues of a validator, as violations. */
function violationsOf(issues: readonly StandardIssue[], subject: string): Violations {
  const [first = violationOf({ message: 'its validator gives no reason' }, subject), ...others] = issues
    .slice(0, MAX_VIOLATIONS)
    .map((issue) => violationOf(issue, subject));
  return [first, ...others];
}

function violationOf({ message, path = [] }: StandardIssue, subject: string): Violation {
  const pointer = path.reduce<string>(
    (found, part) => pointerTo(found, String(typeof part === 'object' ? part.key : part)),
    '',
  );
  return { path: pointer, keyword: 'validator', message: `${pathText(subject, pointer)}: ${message}` };
}
