import type { ErrorObject } from 'ajv/dist/2020.js';
import { allViolations } from '../../../src/manifest/describe-violation.js';
import type { Secrets } from '../../../src/manifest/secrets.js';
import type { Violation } from '../../../src/sdk/index.js';
import { isMap } from '../../../src/values.js';
import type { Problem } from './refusals.js';

/** What errors of a check say of a request. */
export function problemsOf(
  errors: readonly ErrorObject[],
  checked: { readonly subject: string; readonly value: unknown; readonly secrets: Secrets },
): readonly Problem[] {
  return allViolations(errors, checked).map((violation) => problemOf(violation, checked.subject));
}

/** OpenAPI 3.0 says `exclusiveMinimum: true` beside `minimum`, JSON Schema gives the number itself. */
export function withBounds(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withBounds);
  if (!isMap(part)) return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, member]) => [name, withBounds(member)]));
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const isExclusive = copy[exclusive];
    if (typeof isExclusive !== 'boolean') continue;
    const limit = copy[bound];
    Reflect.deleteProperty(copy, exclusive);
    if (!isExclusive || typeof limit !== 'number') continue;
    copy[exclusive] = limit;
    Reflect.deleteProperty(copy, bound);
  }
  return copy;
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
