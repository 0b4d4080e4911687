import type { ErrorObject } from 'ajv/dist/2020.js';
import { allViolations } from '../../../src/manifest/describe-violation.js';
import type { Secrets } from '../../../src/manifest/secrets.js';
import type { Violation } from '../../../src/sdk/index.js';
import type { Problem } from './refusals.js';

/** What errors of a check say of a request. */
export function problemsOf(
  errors: readonly ErrorObject[],
  checked: { readonly subject: string; readonly value: unknown; readonly secrets: Secrets },
): readonly Problem[] {
  return allViolations(errors, checked).map((violation) => problemOf(violation, checked.subject));
}

function problemOf({ path, keyword, message }: Violation, subject: string): Problem {
  const field =
    path === '' ? subject : path.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  const type =
    keyword === 'required'
      ? 'MissingRequiredField'
      : keyword === 'type'
        ? 'InvalidFieldType'
        : 'InvalidFieldValue';
  return { type, message, field };
}
