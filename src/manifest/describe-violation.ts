import type { ErrorObject } from 'ajv/dist/2020.js';
import { REDACTED } from '../redaction.js';
import type { Violation } from '../sdk/violation.js';
import { isMap } from '../values.js';
import { ownMessage } from './own-message.js';
import { pathText, pointerTo, segmentsOf } from './pointer.js';
import type { Secrets } from './secrets.js';
import { shortText, violationText } from './violation-text.js';

/** What a checker's error is about beyond the error itself. */
export interface CheckedValue {
  /** What the whole value is called in a sentence: `input`, `with`. */
  readonly subject: string;
  readonly value: unknown;
  /** What of it must stay hidden. A manifest has no secrets, only descriptions of them. */
  readonly secrets?: Secrets;
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
  const { keyword, instancePath, parentSchema } = error;
  const { subject, secrets } = checked;
  const isInSecret = secrets?.hides(instancePath) === true;
  const params = isInSecret ? withoutNames(error.params) : (error.params as Params);
  const property = propertyOf(params);
  const whole = pathOf(error, params, property);
  const path = secrets?.shownPointer(whole) ?? whole;
  const around = secrets?.shownPointer(instancePath) ?? instancePath;
  // What the message is about: the value, or the member that tells its forms apart.
  const at = keyword === 'discriminator' ? whole : instancePath;
  const found = valueOf(error, params);
  const isHidden = isInSecret || isMarked(parentSchema) || secrets?.hides(at) === true;
  const branches = branchesOf(before, checked);
  const isSecret = isHidden || branches.some(({ secret }) => secret === true);
  const message =
    ownMessage(parentSchema, keyword, {
      value: () => (isHidden ? hidden(found) : shown(checked, found, at)),
      property,
      field: segmentsOf(path).at(-1) ?? subject,
      member: (name) => memberOf(checked, name),
    }) ??
    violationText(keyword, {
      name: pathText(subject, keyword === 'required' || keyword === 'discriminator' ? path : around),
      found: isHidden && found !== undefined ? REDACTED : shortText(found),
      value: isHidden ? undefined : found,
      params,
      expected: error.schema,
      known: knownNames(parentSchema),
      branches: [...new Set(branches.map((branch) => branch.message))].slice(0, MAX_BRANCHES),
    });
  return { path, keyword, message, ...(isSecret ? { secret: true } : {}) };
}

type Params = Readonly<Record<string, unknown>>;

/** What the checker says of a part of a secret, without names and values that stand in it. */
function withoutNames(params: object): Params {
  const said: Record<string, unknown> = { ...params };
  for (const name of ['additionalProperty', 'unevaluatedProperty', 'propertyName', 'tagValue'])
    if (said[name] !== undefined) said[name] = REDACTED;
  return said;
}

function isMarked(schema: unknown): boolean {
  return isMap(schema) && (schema['secret'] === true || schema['writeOnly'] === true);
}

function hidden(value: unknown): unknown {
  return value === undefined ? undefined : REDACTED;
}

function shown({ secrets }: CheckedValue, value: unknown, pointer: string): unknown {
  return secrets === undefined ? value : secrets.shown(value, pointer);
}

/** What stands under a name of the whole value, as it may be shown. */
function memberOf(checked: CheckedValue, name: string): unknown {
  const { value } = checked;
  const member = isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return shown(checked, member, pointerTo('', name));
}

function propertyOf(params: Params): string {
  const name =
    params['missingProperty'] ??
    params['additionalProperty'] ??
    params['unevaluatedProperty'] ??
    params['propertyName'] ??
    params['tag'];
  return typeof name === 'string' ? name : '';
}

/** The pointer to the member that is wrong, also where the checker points at the object around it. */
function pathOf(error: ErrorObject, params: Params, property: string): string {
  if (error.keyword === 'uniqueItems') return pointerTo(error.instancePath, Number(params['i']));
  return property === '' ? error.instancePath : pointerTo(error.instancePath, property);
}

function valueOf(error: ErrorObject, params: Params): unknown {
  return error.keyword === 'discriminator' ? params['tagValue'] : error.data;
}

function knownNames(schema: unknown): readonly string[] {
  const properties = isMap(schema) ? schema['properties'] : undefined;
  return isMap(properties) ? Object.keys(properties) : [];
}

function branchesOf(before: readonly ErrorObject[], checked: CheckedValue): readonly Violation[] {
  return before.map((error) => violationOf(error, [], checked));
}
