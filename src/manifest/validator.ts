import type { Violation } from '../sdk/violation.js';
import { checkFromCode, type Check } from './check-from-code.js';
import { type CheckedValue, firstViolation } from './describe-violation.js';
import type { JsonSchema } from './dialect.js';
import { ownMessage } from './own-message.js';
import { Secrets } from './secrets.js';
import { violationText } from './violation-text.js';

/** At least one violation. */
export type Violations = readonly [Violation, ...Violation[]];

/** Checks a value and fills in defaults where members are missing; undefined when nothing is wrong. Allocates nothing then. */
export type Validator = (value: unknown) => Violations | undefined;

/** How a validator speaks and what it lets pass. */
export interface ValidatorOptions {
  /** What the whole value is called in messages. Default `input`. */
  readonly subject?: string;
  /** Whether no value at all passes unchecked; otherwise it is a violation with keyword `absent`. Default false. */
  readonly optional?: boolean;
  /** What of the value must stay hidden. Default: what the schema and its names say. */
  readonly secrets?: Secrets;
}

/** A validator from the code that `compileSchema` has written for this schema, made again: a thread need not load the compiler. */
export function validatorFromCode(
  code: string,
  schema: JsonSchema,
  options: ValidatorOptions = {},
): Validator {
  return validatorOf(checkFromCode(code), schema, options);
}

/** A validator around the compiled form of a schema. */
export function validatorOf(check: Check, schema: JsonSchema, options: ValidatorOptions): Validator {
  const { subject = 'input', optional = false, secrets = new Secrets(schema) } = options;
  const absent: Violations | undefined = optional ? undefined : [absentViolation(schema, subject)];
  return (value) => {
    if (value === undefined) return absent;
    if (check(value)) return undefined;
    const checked: CheckedValue = { subject, value, secrets };
    const violation = firstViolation(check.errors ?? [], checked);
    // The errors hold on to the value, which may be large.
    check.errors = null;
    return [violation];
  };
}

function absentViolation(schema: JsonSchema, subject: string): Violation {
  const facts = { value: () => undefined, property: '', field: subject, member: () => undefined };
  const message =
    ownMessage(schema, 'absent', facts) ??
    violationText('absent', {
      name: subject,
      found: 'nothing',
      value: undefined,
      params: {},
      expected: undefined,
      known: [],
      branches: [],
    });
  return { path: '', keyword: 'absent', message };
}
