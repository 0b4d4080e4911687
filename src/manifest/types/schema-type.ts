import { isMap } from '../../values.js';
import type { JsonSchema } from '../dialect.js';
import { segmentsOf } from '../pointer.js';
import { actionMembers, discriminatorOf, withoutActions, type Discriminator } from './actions.js';
import { copyOf, flatten, include, type FlatSchema } from './flat-schema.js';
import { literalText } from './print-type.js';
import { named, NULL, unionOf, type TypeMember, type TypeNode } from './type-node.js';

/**
 * Who has the value: a caller who passes it (`given`: defaults may be left out, anything that can be sent fits `any`), or code that reads it (`read`: defaults
 * are filled in, it consists of values).
 */
export type Side = 'given' | 'read';

/** A type that a schema refers to by `$ref`. */
export interface ReferredType {
  readonly name: string;
  readonly type: TypeNode;
}

/** Choices beyond this many combinations are not spelt out. */
const MAX_MEMBERS = 64;

/** Turns one schema into a type. What a type cannot say (ranges, patterns, conditions on values) is left out, so every value that the schema takes fits. */
export class SchemaType {
  readonly #root: JsonSchema;
  readonly #side: Side;
  readonly #prefix: string;
  readonly #referred = new Map<string, ReferredType | undefined>();
  readonly #names = new Map<string, string>();

  /** @param prefix what the names of referred types start with. */
  constructor(root: JsonSchema, side: Side, prefix: string) {
    this.#root = root;
    this.#side = side;
    this.#prefix = prefix;
  }

  /** The type of the whole. */
  whole(): TypeNode {
    return this.#typeOf(this.#root);
  }

  /** The types that it refers to, once `whole` has been asked for. */
  get referred(): readonly ReferredType[] {
    return [...this.#referred.values()].filter((one) => one !== undefined);
  }

  #typeOf(schema: unknown): TypeNode {
    return this.#flatType(flatten(schema));
  }

  #flatType(flat: FlatSchema): TypeNode {
    const type = this.#withNull(flat);
    return flat.isNullRefused && type.kind === 'union'
      ? unionOf(type.of.filter((one) => !(one.kind === 'name' && one.text === 'null')))
      : type;
  }

  #withNull(flat: FlatSchema): TypeNode {
    const { values, reference, choices } = flat;
    if (values !== undefined) return unionOf(values.map((value) => this.#literal(value)));
    if (reference !== undefined) return this.#reference(reference);
    if (choices.length > 0) return this.#choice(flat, choices);
    const discriminator = discriminatorOf(flat);
    if (discriminator !== undefined && isObject(flat))
      return unionOf(
        actionMembers(flat, discriminator).map((member) =>
          this.#object(member.flat, { ...discriminator, value: member.value }),
        ),
      );
    const { types } = flat;
    if (types !== undefined) return unionOf(types.map((type) => this.#ofType(type, flat)));
    if (flat.properties.size > 0 || flat.required.size > 0) return this.#object(flat);
    if (flat.items.length > 0 || flat.prefixItems !== undefined) return this.#array(flat);
    return flat.isNullRefused ? named(`NonNullable<${this.#anything.text}>`) : this.#anything;
  }

  get #anything(): TypeNode & { kind: 'name' } {
    return { kind: 'name', text: this.#side === 'given' ? 'unknown' : 'Value' };
  }

  /** One member for each combination of choices. */
  #choice(flat: FlatSchema, choices: FlatSchema['choices']): TypeNode {
    const base = copyOf(flat);
    base.choices.length = 0;
    let combined = [base];
    for (const choice of choices) {
      if (combined.length * choice.length > MAX_MEMBERS) continue;
      combined = combined.flatMap((before) =>
        choice.map((schema) => {
          const both = copyOf(before);
          include(both, schema);
          return both;
        }),
      );
    }
    return unionOf(combined.map((one) => this.#flatType(one)));
  }

  #ofType(type: string, flat: FlatSchema): TypeNode {
    switch (type) {
      case 'string':
      case 'boolean':
      case 'null':
        return named(type);
      case 'number':
      case 'integer':
        return named('number');
      case 'array':
        return this.#array(flat);
      case 'object':
        return this.#object(flat);
      default:
        return this.#anything;
    }
  }

  #array({ items, prefixItems }: FlatSchema): TypeNode {
    const isClosed = items.includes(false);
    const item = items.length === 0 ? this.#anything : this.#typeOf({ allOf: items });
    if (prefixItems === undefined) return { kind: 'array', item };
    return {
      kind: 'tuple',
      items: prefixItems.map((schema) => this.#typeOf(schema)),
      rest: isClosed ? undefined : item,
    };
  }

  #object(flat: FlatSchema, kind?: Discriminator & { readonly value: string }): TypeNode {
    const { properties, required, others } = flat;
    const names = [...properties.keys(), ...[...required].filter((name) => !properties.has(name))];
    if (names.length === 0 && (others === undefined || others === true || isAnything(others)))
      return named(this.#side === 'given' ? 'object' : 'ValueMap');
    const members = names.map((name): TypeMember => {
      const schemas = properties.get(name) ?? [];
      return {
        name,
        type: this.#typeOf({ allOf: schemas }),
        isOptional:
          kind?.name === name
            ? kind.whenAbsent === kind.value && this.#side === 'given'
            : this.#isOptional(schemas, required.has(name)),
        about: aboutOf(schemas, kind?.values ?? []),
      };
    });
    return { kind: 'object', members, others: this.#others(others, names.length > 0) };
  }

  /** What members without a name are, where the schema says so; beside named ones they may be anything that those are. */
  #others(others: unknown, isBesideNames: boolean): TypeNode | undefined {
    if (others === undefined || others === false) return undefined;
    return isBesideNames ? named('unknown') : this.#typeOf(others);
  }

  #isOptional(schemas: readonly unknown[], isRequired: boolean): boolean {
    const hasDefault = schemas.some((schema) => isMap(schema) && 'default' in schema);
    return hasDefault ? this.#side === 'given' : !isRequired;
  }

  #literal(value: unknown): TypeNode {
    if (typeof value === 'string') return named(literalText(value));
    if (value === null) return NULL;
    if (typeof value === 'bigint') return named(`${value}n`);
    if (Array.isArray(value))
      return { kind: 'tuple', items: value.map((item) => this.#literal(item)), rest: undefined };
    if (isMap(value))
      return {
        kind: 'object',
        members: Object.entries(value).map(([name, held]) => ({
          name,
          type: this.#literal(held),
          isOptional: false,
          about: [],
        })),
        others: undefined,
      };
    // Numbers, true and false.
    return named(JSON.stringify(value));
  }

  /** A type of its own, so that what refers to itself has an end. */
  #reference(reference: string): TypeNode {
    const name = this.#nameFor(reference);
    if (this.#referred.has(reference)) return named(name);
    const schema = this.#find(reference);
    if (schema === undefined) return this.#anything;
    this.#referred.set(reference, undefined);
    const type = withoutItself(this.#typeOf(schema), name) ?? this.#anything;
    this.#referred.set(reference, { name, type });
    return named(name);
  }

  #nameFor(reference: string): string {
    const known = this.#names.get(reference);
    if (known !== undefined) return known;
    const last = reference.split(/[/#]/).findLast((part) => part !== '') ?? 'whole';
    const wished = this.#prefix + typeName(last);
    const taken = [...this.#names.values()];
    let name = wished;
    for (let n = 2; taken.includes(name); n++) name = `${wished}${n}`;
    this.#names.set(reference, name);
    return name;
  }

  /** The part that a pointer in this very schema leads to. */
  #find(reference: string): unknown {
    const pointer = pointerIn(reference);
    if (pointer === undefined) return undefined;
    let found: unknown = this.#root;
    for (const segment of segmentsOf(pointer)) {
      if (Array.isArray(found)) found = found[Number(segment)];
      else if (isMap(found) && Object.hasOwn(found, segment)) found = found[segment];
      else return undefined;
    }
    return found;
  }
}

/** A type that is one of several, itself among them, is one of the others; undefined for one that is nothing but itself. */
function withoutItself(type: TypeNode, name: string): TypeNode | undefined {
  const isItself = (one: TypeNode): boolean => one.kind === 'name' && one.text === name;
  if (type.kind !== 'union') return isItself(type) ? undefined : type;
  return unionOf(type.of.filter((one) => !isItself(one)));
}

/** The pointer of a reference such as `#/$defs/node`; undefined for any other. */
function pointerIn(reference: string): string | undefined {
  if (!/^#(\/|$)/.test(reference)) return undefined;
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return undefined;
  }
}

/** A text as the name of a type: `user-session` is `UserSession`. */
export function typeName(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(name) ? name : `Module${name}`;
}

function isObject({ types, properties }: FlatSchema): boolean {
  return properties.size > 0 && (types === undefined || (types.length === 1 && types[0] === 'object'));
}

function isAnything(schema: unknown): boolean {
  return isMap(schema) && Object.keys(schema).length === 0;
}

/** What a property's comment says: its description, its default, and that it should not be used. */
function aboutOf(schemas: readonly unknown[], actions: readonly string[]): readonly string[] {
  const maps = schemas.filter(isMap);
  const description = maps
    .map((schema) => schema['description'])
    .find((text): text is string => typeof text === 'string');
  const lines =
    description === undefined
      ? []
      : withoutActions(description.trim(), actions).split(/\r\n|[\n\r\u2028\u2029]/);
  const withDefault = maps.find((schema) => 'default' in schema);
  if (withDefault !== undefined) lines.push(`@default ${JSON.stringify(withDefault['default'])}`);
  if (maps.some((schema) => schema['deprecated'] === true)) lines.push('@deprecated');
  return lines;
}
