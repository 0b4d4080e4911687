import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Violation } from '../sdk/violation.js';
import { isMap } from '../values.js';
import { ownMessage } from './own-message.js';
import { pathText, pointerTo, segmentsOf } from './pointer.js';
import { shortText, violationText } from './violation-text.js';

/** What a checker's error is about beyond the error itself. */
export interface CheckedValue {
  /** What the whole value is called in a sentence: `input`, `with`. */
  readonly subject: string;
  readonly value: unknown;
}

const MAX_BRANCHES = 3;

/** The violation of a check that stopped at the first failure: the last error is the outermost, those before it led there. */
export function firstViolation(errors: readonly ErrorObject[], checked: CheckedValue): Violation {
  const error = errors.at(-1);
  if (error === undefined)
    return { path: '', keyword: 'unknown', message: `${checked.subject} is not valid` };
  return violationOf(error, errors.slice(0, -1), checked);
}

/** The violations of a check that went through to the end, without the `if`s that only repeat what their branch said. */
export function allViolations(errors: readonly ErrorObject[], checked: CheckedValue): Violation[] {
  return errors.filter((error) => error.keyword !== 'if').map((error) => violationOf(error, [], checked));
}

function violationOf(error: ErrorObject, before: readonly ErrorObject[], checked: CheckedValue): Violation {
  const { keyword } = error;
  const params = error.params as Readonly<Record<string, unknown>>;
  const property = propertyOf(params);
  const path = pathOf(error, params, property);
  // The value of a write-only setting is a secret: it must not end in a log.
  const isSecret = isMap(error.parentSchema) && error.parentSchema['writeOnly'] === true;
  const value = isSecret ? '(hidden)' : valueOf(error, params);
  const field = segmentsOf(path).at(-1) ?? checked.subject;
  const message =
    ownMessage(error.parentSchema, keyword, { value, property, field, input: checked.value }) ??
    violationText(keyword, {
      name: pathText(
        checked.subject,
        keyword === 'required' || keyword === 'discriminator' ? path : error.instancePath,
      ),
      found: isSecret ? 'a hidden value' : shortText(value),
      value,
      params,
      expected: error.schema,
      known: knownNames(error.parentSchema),
      branches: branchTexts(before, checked),
    });
  return { path, keyword, message };
}

function propertyOf(params: Readonly<Record<string, unknown>>): string {
  const name =
    params['missingProperty'] ??
    params['additionalProperty'] ??
    params['unevaluatedProperty'] ??
    params['propertyName'] ??
    params['tag'];
  return typeof name === 'string' ? name : '';
}

/** The pointer to the member that is wrong, also where the checker points at the object around it. */
function pathOf(error: ErrorObject, params: Readonly<Record<string, unknown>>, property: string): string {
  if (error.keyword === 'uniqueItems') return pointerTo(error.instancePath, Number(params['i']));
  return property === '' ? error.instancePath : pointerTo(error.instancePath, property);
}

function valueOf(error: ErrorObject, params: Readonly<Record<string, unknown>>): unknown {
  return error.keyword === 'discriminator' ? params['tagValue'] : error.data;
}

function knownNames(schema: unknown): readonly string[] {
  const properties = isMap(schema) ? schema['properties'] : undefined;
  return isMap(properties) ? Object.keys(properties) : [];
}

function branchTexts(before: readonly ErrorObject[], checked: CheckedValue): string[] {
  const texts = before.map((error) => violationOf(error, [], checked).message);
  return [...new Set(texts)].slice(0, MAX_BRANCHES);
}
