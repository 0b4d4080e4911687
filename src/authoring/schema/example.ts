import { compileValidator } from '../../manifest/compile-validator.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import { spend } from '../../manifest/fuel.js';
import {
  choicesOf,
  namesOf,
  numbersOf,
  propertySchemas,
  requiredOf,
  SchemaParts,
  typesOf,
  valuesOf,
  withBranch,
  type Parts,
} from './schema-parts.js';

/** A value that a reader can learn from, and that the schema allows. */
export interface Example {
  readonly value: unknown;
}

/** Deeper than that nobody reads; what refers to itself ends here. */
const MAX_DEPTH = 8;

const STEPS_PER_VALUE = 500;

const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  duration: 'PT5M',
  email: 'ann@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  'uri-reference': '/path',
  'uri-template': '/users/{id}',
  uuid: '123e4567-e89b-12d3-a456-426614174000',
  'json-pointer': '/path',
  'relative-json-pointer': '1/path',
  regex: '^a+$',
};

/**
 * A small value of a schema: what must be there, and what has an example. Values are taken from `examples`, `default`, `const` and `enum` where there are some.
 * Undefined where no such value meets the schema, such as a text for a pattern without an example.
 *
 * @param wanted what the value has to meet as well, such as the properties of one action
 */
export function exampleOf(schema: JsonSchema, wanted: JsonSchema = {}): Example | undefined {
  const parts = new SchemaParts(schema);
  const { root } = parts;
  const { allOf } = root;
  // Together, as references of either lead into the schema.
  const check = compileValidator({
    ...root,
    allOf: [...(Array.isArray(allOf) ? (allOf as unknown[]) : []), wanted],
  });
  const whole = Array.isArray(schema['examples']) ? (schema['examples'] as readonly unknown[]) : [];
  const made = new ExampleMaker(parts).valueOf([wanted, root], 0);
  return [...whole.map((value) => ({ value })), ...(made === undefined ? [] : [made])].find(
    // Checks fill in defaults.
    ({ value }) => check(structuredClone(value)) === undefined,
  );
}

class ExampleMaker {
  readonly #schema: SchemaParts;

  constructor(schema: SchemaParts) {
    this.#schema = schema;
  }

  valueOf(schemas: readonly unknown[], depth: number): Example | undefined {
    spend(STEPS_PER_VALUE);
    const parts = this.#schema.of(...schemas);
    if (parts === undefined || depth > MAX_DEPTH) return undefined;
    const values = valuesOf(parts);
    if (values !== undefined && values.length === 0) return undefined;
    const shown = depth === 0 || values?.length === 1 ? undefined : shownIn(parts);
    if (shown !== undefined) return shown;
    if (values !== undefined) return { value: values[0] };
    const [choice] = choicesOf(parts);
    if (choice !== undefined)
      return firstOf(choice, (branch) => this.valueOf(withBranch(parts, branch), depth + 1));
    const types = typesOf(parts) ?? [namesOf(parts).length > 0 ? 'object' : 'string'];
    const first = namesOf(parts).length > 0 ? 'object' : 'string';
    const rank = (type: string): number => (type === first ? 0 : type === 'null' ? 2 : 1);
    return firstOf(
      types.toSorted((a, b) => rank(a) - rank(b)),
      (type) => this.#ofType(type, parts, depth),
    );
  }

  #ofType(type: string, parts: Parts, depth: number): Example | undefined {
    switch (type) {
      case 'null':
        return { value: null };
      case 'boolean':
        return { value: true };
      case 'integer':
      case 'number':
        return { value: numberIn(parts) };
      case 'array':
        return this.#list(parts, depth);
      case 'object':
        return this.#object(parts, depth);
      default:
        return { value: textIn(parts) };
    }
  }

  #list(parts: Parts, depth: number): Example | undefined {
    const items: unknown[] = [];
    const prefixes = parts.flatMap(({ prefixItems }) =>
      Array.isArray(prefixItems) ? [prefixItems as unknown[]] : [],
    );
    const count = Math.max(0, ...numbersOf(parts, 'minItems'), ...prefixes.map(({ length }) => length));
    for (let i = 0; i < count; i++) {
      const item = this.valueOf(
        parts.flatMap(({ prefixItems, items: rest, contains }) => [
          Array.isArray(prefixItems) && i < prefixItems.length ? (prefixItems[i] as unknown) : rest,
          contains,
        ]),
        depth + 1,
      );
      if (item === undefined) return undefined;
      items.push(item.value);
    }
    return { value: items };
  }

  #object(parts: Parts, depth: number): Example | undefined {
    const required = requiredOf(parts);
    const members: [string, unknown][] = [];
    for (const name of new Set([...namesOf(parts), ...required])) {
      const schemas = propertySchemas(parts, name);
      const own = this.#schema.of(...schemas);
      const hasExample =
        own?.some(({ examples, deprecated }) => Array.isArray(examples) && deprecated !== true) === true;
      if (!required.has(name) && !hasExample) continue;
      const member = this.valueOf(schemas, depth + 1);
      if (member !== undefined) members.push([name, member.value]);
      else if (required.has(name)) return undefined;
    }
    return { value: Object.fromEntries(members) };
  }
}

function firstOf<T>(ways: readonly T[], make: (way: T) => Example | undefined): Example | undefined {
  for (const way of ways) {
    const made = make(way);
    if (made !== undefined) return made;
  }
  return undefined;
}

function shownIn(parts: Parts): Example | undefined {
  for (const { examples } of parts)
    if (Array.isArray(examples) && examples.length > 0) return { value: examples[0] as unknown };
  for (const part of parts) if ('default' in part) return { value: part['default'] };
  return undefined;
}

function numberIn(parts: Parts): number {
  const least = Math.max(
    ...numbersOf(parts, 'minimum'),
    ...numbersOf(parts, 'exclusiveMinimum').map((bound) => Math.floor(bound) + 1),
  );
  const most = Math.min(
    ...numbersOf(parts, 'maximum'),
    ...numbersOf(parts, 'exclusiveMaximum').map((bound) => Math.ceil(bound) - 1),
  );
  const [step = 1] = numbersOf(parts, 'multipleOf');
  const near = Math.min(Math.max(step, least), most);
  return Math.ceil(near / step) * step;
}

function textIn(parts: Parts): string {
  for (const { format } of parts)
    if (typeof format === 'string' && Object.hasOwn(BY_FORMAT, format)) return BY_FORMAT[format] ?? '';
  const least = Math.max(0, ...numbersOf(parts, 'minLength'));
  const most = Math.min(...numbersOf(parts, 'maxLength'));
  return 'text'
    .repeat(Math.ceil(Math.max(1, least) / 4))
    .slice(0, Math.max(least, Math.min(most, Math.max(4, least))));
}
