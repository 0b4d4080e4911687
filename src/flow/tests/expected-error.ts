import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import { textOf, type Value } from '../../values.js';

/** How deep causes are looked into for a code. */
const MAX_CAUSES = 10;

/** What `expect_error` may ask for: any failure, a code, or a part of the message. */
export type ExpectedError = true | string;

/** What `expect_error` came to, as what it asks for. Throws PHLOW_FLOW_INVALID for what cannot be asked for. */
export function readExpectedError(value: Value): ExpectedError {
  if (value === true || (typeof value === 'string' && value !== '')) return value;
  throw new PhlowError(
    'PHLOW_FLOW_INVALID',
    `expect_error must be true, a code or a part of the message: found ${textOf(value)}`,
  );
}

/** Whether an error is the expected one: by a code, its own or that of a cause, or by a part of its message. */
export function isExpectedError(expected: ExpectedError, error: unknown): boolean {
  if (expected === true) return true;
  return isCode(expected) ? codesOf(error).includes(expected) : messageOf(error).includes(expected);
}

/** What was expected, in words. */
export function expectedErrorText(expected: ExpectedError): string {
  if (expected === true) return 'a failure';
  return isCode(expected)
    ? `a failure with the code ${expected}`
    : `a failure with ${JSON.stringify(expected)}`;
}

/** The codes of an error and its causes, outermost first. */
export function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  let at: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && at instanceof Error; depth++) {
    if (isPhlowError(at)) codes.push(at.code);
    at = at.cause;
  }
  return codes;
}

function isCode(text: string): boolean {
  return /^PHLOW_[A-Z_]+$/.test(text);
}
