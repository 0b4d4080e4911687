import { compileValidator } from '../../manifest/compile-validator.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import type { Validator } from '../../manifest/validator.js';
import { pathText, pointerTo, segmentsOf } from '../../manifest/pointer.js';
import { Secrets } from '../../manifest/secrets.js';
import { isMap, type Value } from '../../values.js';
import type { SourceRange } from '../source/source-file.js';
import { wholeValue, type StaticList, type StaticMap, type StaticValue } from './static-value.js';

/** What can be said of a value that is only partly known: `unknown` when it depends on the rest. */
export type StaticVerdict =
  | { readonly state: 'valid' | 'unknown' }
  | {
      readonly state: 'invalid';
      readonly message: string;
      readonly range: SourceRange | undefined;
      readonly isSecret: boolean;
    };

const VALID: StaticVerdict = { state: 'valid' };
const UNKNOWN: StaticVerdict = { state: 'unknown' };

/**
 * Checks what is known of a value against a schema. `invalid` is certain: nothing that the unknown parts may turn out to be makes it right.
 *
 * @param subject what the whole value is called in messages, e.g. `input`.
 */
export function checkStatic(schema: JsonSchema, value: StaticValue, subject: string): StaticVerdict {
  return verdictOf(schema, value, { schema, subject, root: value, pointer: '' });
}

interface Place {
  /** The schema of the root. */
  readonly schema: JsonSchema;
  readonly subject: string;
  readonly root: StaticValue;
  /** The way from the root to the value. */
  readonly pointer: string;
}

function verdictOf(schema: unknown, value: StaticValue, place: Place): StaticVerdict {
  if (!isMap(schema) || value.kind === 'unknown') return UNKNOWN;
  const whole = wholeValue(value);
  if (whole !== undefined) return exactVerdict(schema, whole.value, value, place);
  if (value.kind === 'scalar') return UNKNOWN;
  const verdict = all(Object.keys(schema).map((keyword) => keywordVerdict(keyword, schema, value, place)));
  // Keys that are still to come can break a rule, but none that is broken is mended by them.
  const mayHaveMore = value.kind === 'map' && value.isOpen;
  return mayHaveMore && verdict.state === 'valid' ? UNKNOWN : verdict;
}

/**
 * All of the value is known: the validator itself decides. It is asked about the whole value with null for what is unknown, so that messages
 * may speak of other parts, but only the schema of this part is looked at.
 */
function exactVerdict(schema: JsonSchema, whole: Value, value: StaticValue, place: Place): StaticVerdict {
  const { root, pointer } = place;
  const isInMaps = mapsAround(root, pointer);
  const validate = validatorFor(schema, whole, place, isInMaps);
  // The validator fills in defaults; what it is given is its own.
  const violations = validate?.(isInMaps ? placeholderOf(root, value, whole) : structuredClone(whole));
  if (violations === undefined) return validate === undefined ? UNKNOWN : VALID;
  const [{ message, path, secret: isSecret = false }] = violations;
  return { state: 'invalid', message, range: rangeOf(isInMaps ? root : value, path), isSecret };
}

/** Whether the way to a part leads through mappings only. */
function mapsAround(root: StaticValue, pointer: string): boolean {
  let at: StaticValue | undefined = root;
  for (const segment of segmentsOf(pointer)) {
    if (at?.kind !== 'map') return false;
    at = at.entries.get(segment);
  }
  return true;
}

/**
 * What is compiled for a part of a schema, by the type of the value and the keys that lead to it: a flow may have thousands of steps that use one
 * module, and compiling takes long.
 */
const compilable = new WeakMap<JsonSchema, Map<string, JsonSchema | undefined>>();

/** The validator of a part of a schema, below the keys that lead to it if those are given; undefined when it cannot be compiled alone. */
function validatorFor(
  schema: JsonSchema,
  whole: Value,
  { schema: around, pointer, subject }: Place,
  isInMaps: boolean,
): Validator | undefined {
  const keys = isInMaps ? segmentsOf(pointer) : [];
  const known = compilable.get(schema) ?? new Map<string, JsonSchema | undefined>();
  compilable.set(schema, known);
  const key = JSON.stringify([typeOf(whole), ...keys]);
  if (!known.has(key)) known.set(key, compilableOf(schema, whole, keys));
  const part = known.get(key);
  if (part === undefined) return undefined;
  return isInMaps
    ? compileValidator(part, { subject, secrets: new Secrets(around) })
    : compileValidator(part, { subject: pathText(subject, pointer), secrets: new Secrets(around, pointer) });
}

/** Its keywords may lean on the `type` of a part around it, so it is tried with the value's own as well; a part may refer to other parts. */
function compilableOf(schema: JsonSchema, whole: Value, keys: readonly string[]): JsonSchema | undefined {
  // As at the root of any schema, there is nothing that a default could be filled in for.
  const alone = Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== 'default'));
  for (const attempt of [alone, { type: typeOf(whole), ...alone }]) {
    const around = keys.reduceRight<JsonSchema>(
      (inner, key) => ({ type: 'object', properties: { [key]: inner } }),
      attempt,
    );
    try {
      compileValidator(around);
      return around;
    } catch {
      // Nothing is lost: what cannot be checked now is checked when the module is called.
    }
  }
  return undefined;
}

function typeOf(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return typeof value;
}

function keywordVerdict(
  keyword: string,
  schema: JsonSchema,
  value: StaticList | StaticMap,
  place: Place,
): StaticVerdict {
  const held = schema[keyword];
  const list: readonly unknown[] = Array.isArray(held) ? held : [];
  switch (keyword) {
    case 'type':
    case 'required':
    case 'minItems':
    case 'maxItems':
    case 'minProperties':
    case 'maxProperties':
      return shapeVerdict(keyword, schema, value, place);
    case 'additionalProperties':
      return held === false ? shapeVerdict(keyword, schema, value, place) : UNKNOWN;
    case 'properties':
      return isMap(held) && value.kind === 'map' ? propertiesVerdict(held, value, place) : VALID;
    case 'items':
      return value.kind === 'list' ? itemsVerdict(held, value, place) : VALID;
    case 'allOf':
      return all(list.map((inner) => verdictOf(inner, value, place)));
    case 'anyOf':
    case 'oneOf':
      return anyVerdict(
        list.map((inner) => verdictOf(inner, value, place)),
        keyword,
      );
    case 'if':
      return conditionVerdict(schema, value, place);
    case 'then':
    case 'else':
    case 'discriminator':
    case 'messages':
    case 'title':
    case 'description':
    case 'default':
    case 'examples':
    case 'deprecated':
    case 'readOnly':
    case 'writeOnly':
    case 'secret':
    case '$comment':
      return VALID;
    default:
      return UNKNOWN;
  }
}

/** Asks the validator about one keyword that looks at keys and lengths only, with null in place of whatever is unknown. */
function shapeVerdict(
  keyword: string,
  schema: JsonSchema,
  value: StaticList | StaticMap,
  place: Place,
): StaticVerdict {
  const isOpen = value.kind === 'map' && value.isOpen;
  if (isOpen && (keyword === 'required' || keyword === 'minProperties')) return UNKNOWN;
  if (keyword === 'additionalProperties' && 'patternProperties' in schema) return UNKNOWN;
  const { properties, messages } = schema;
  const names = isMap(properties)
    ? Object.fromEntries(Object.keys(properties).map((name) => [name, true]))
    : {};
  const shape = {
    type: value.kind === 'list' ? 'array' : 'object',
    ...(messages === undefined ? {} : { messages }),
    ...(value.kind === 'map' ? { properties: names } : {}),
    [keyword]: schema[keyword],
  };
  return exactVerdict(shape, placeholderOf(value), value, place);
}

/** A value with null for whatever is unknown, and `known` in the place of `part`. */
function placeholderOf(value: StaticValue, part?: StaticValue, known?: Value): Value {
  if (value === part) return structuredClone(known);
  switch (value.kind) {
    case 'unknown':
      return null;
    case 'scalar':
      return value.value;
    case 'list':
      return value.items.map((item) => placeholderOf(item, part, known));
    case 'map':
      return Object.fromEntries(
        [...value.entries].map(([key, entry]) => [key, placeholderOf(entry, part, known)]),
      );
  }
}

function propertiesVerdict(
  properties: Readonly<Record<string, unknown>>,
  value: StaticMap,
  place: Place,
): StaticVerdict {
  return all(
    [...value.entries].map(([key, entry]) =>
      Object.hasOwn(properties, key)
        ? verdictOf(properties[key], entry, { ...place, pointer: pointerTo(place.pointer, key) })
        : VALID,
    ),
  );
}

function itemsVerdict(items: unknown, value: StaticList, place: Place): StaticVerdict {
  return all(
    value.items.map((item, index) =>
      verdictOf(items, item, { ...place, pointer: pointerTo(place.pointer, index) }),
    ),
  );
}

function conditionVerdict(schema: JsonSchema, value: StaticValue, place: Place): StaticVerdict {
  const { state } = verdictOf(schema['if'], value, place);
  if (state === 'unknown') return UNKNOWN;
  const branch = schema[state === 'valid' ? 'then' : 'else'];
  return branch === undefined ? VALID : verdictOf(branch, value, place);
}

function all(verdicts: readonly StaticVerdict[]): StaticVerdict {
  const invalid = verdicts.find(({ state }) => state === 'invalid');
  return invalid ?? (verdicts.every(({ state }) => state === 'valid') ? VALID : UNKNOWN);
}

/** Of `oneOf` no more can be said than that none fits, or that something does. */
function anyVerdict(verdicts: readonly StaticVerdict[], keyword: 'anyOf' | 'oneOf'): StaticVerdict {
  const [first] = verdicts;
  if (first?.state === 'invalid' && verdicts.every(({ state }) => state === 'invalid')) return first;
  return keyword === 'anyOf' && verdicts.some(({ state }) => state === 'valid') ? VALID : UNKNOWN;
}

/** The place of the part that a pointer leads to, or of the nearest part around it. */
function rangeOf(value: StaticValue, pointer: string): SourceRange | undefined {
  let at = value;
  for (const segment of segmentsOf(pointer)) {
    const next: StaticValue | undefined =
      at.kind === 'map'
        ? at.entries.get(segment)
        : at.kind === 'list'
          ? at.items[Number(segment)]
          : undefined;
    if (next === undefined) break;
    at = next;
  }
  return at.range;
}
