import { isMap } from '../../values.js';
import type { JsonSchema } from '../dialect.js';
import { segmentsOf } from '../pointer.js';
import { actionMembers, discriminatorOf, withoutActions, type Discriminator } from './actions.js';
import {
  chosen,
  copyOf,
  flatten,
  include,
  isReference,
  namedByConditions,
  type FlatSchema,
} from './flat-schema.js';
import { literalText } from './print-type.js';
import { leadsTo, named, NULL, unionOf, withoutItself, type TypeMember, type TypeNode } from './type-node.js';

/**
 * Who has the value: a caller who passes it (`given`: defaults may be left out, anything that can be sent fits `any`), a module that reads what it was passed
 * (`read`: defaults are filled in, it consists of values), or who gets a reply (`reply`: nobody fills in defaults).
 */
export type Side = 'given' | 'read' | 'reply';

/** A type that a schema refers to by `$ref`. */
export interface ReferredType {
  readonly name: string;
  readonly type: TypeNode;
}

/** Turns one schema into a type. What a type cannot say (ranges, patterns, conditions on values) is left out. Members that the schema does not name are mistakes, unless it speaks of them. */
export class SchemaType {
  readonly #root: JsonSchema;
  readonly #side: Side;
  readonly #prefix: string;
  readonly #referred = new Map<string, ReferredType | undefined>();
  readonly #names = new Map<string, string>();
  /** References in whose place the part that they lead to stands at the moment. */
  readonly #inlined = new Set<string>();

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
    const all = [...this.#referred.values()].filter((one) => one !== undefined);
    const types = new Map(all.map(({ name, type }) => [name, type]));
    return all.map((one) => (leadsTo(one.type, one.name, types) ? { ...one, type: this.#anything } : one));
  }

  #typeOf(schema: unknown): TypeNode {
    return this.#flatType(flatten(schema));
  }

  #flatType(flat: FlatSchema): TypeNode {
    if (isReference(flat)) return this.#reference(flat.references[0] ?? '');
    return this.#withReferred(flat, (whole) => {
      const type = this.#ofFlat(whole);
      return whole.isNullRefused && type.kind === 'union'
        ? unionOf(type.of.filter((one) => !(one.kind === 'name' && one.text === 'null')))
        : type;
    });
  }

  /** With what stands elsewhere, in its place: a part in which it stands itself is left out there. */
  #withReferred(flat: FlatSchema, use: (whole: FlatSchema) => TypeNode): TypeNode {
    if (flat.references.length === 0) return use(flat);
    const whole = copyOf(flat);
    const here: string[] = [];
    for (let reference = whole.references.shift(); reference; reference = whole.references.shift()) {
      if (this.#inlined.has(reference)) continue;
      this.#inlined.add(reference);
      here.push(reference);
      include(whole, this.#find(reference));
    }
    const type = use(whole);
    for (const reference of here) this.#inlined.delete(reference);
    return type;
  }

  #ofFlat(flat: FlatSchema): TypeNode {
    const { values, choices, types } = flat;
    if (values !== undefined) return unionOf(values.map((value) => this.#literal(value)));
    if (choices.length > 0) return unionOf(chosen(flat).map((one) => this.#flatType(one)));
    if (types !== undefined) return unionOf(types.map((type) => this.#ofType(type, flat)));
    if (flat.properties.size > 0 || flat.required.size > 0) return this.#objectOrActions(flat);
    if (flat.items.length > 0 || flat.prefixItems !== undefined) return this.#array(flat);
    return flat.isNullRefused ? named(`NonNullable<${this.#anything.text}>`) : this.#anything;
  }

  #objectOrActions(flat: FlatSchema): TypeNode {
    const discriminator = discriminatorOf(flat);
    if (discriminator === undefined) return this.#object(flat);
    return unionOf(
      actionMembers(flat, discriminator).map((member) =>
        this.#member(member.flat, { ...discriminator, value: member.value }),
      ),
    );
  }

  /** One kind of input: also with choices of its own. */
  #member(flat: FlatSchema, kind: Discriminator & { readonly value: string }): TypeNode {
    return this.#withReferred(flat, (whole) =>
      whole.choices.length > 0
        ? unionOf(chosen(whole).map((one) => this.#member(one, kind)))
        : this.#object(whole, kind),
    );
  }

  get #anything(): TypeNode & { kind: 'name' } {
    return { kind: 'name', text: this.#side === 'given' ? 'unknown' : 'Value' };
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
        return this.#objectOrActions(flat);
      default:
        return this.#anything;
    }
  }

  #array({ items, prefixItems, minItems }: FlatSchema): TypeNode {
    const isClosed = items.includes(false);
    const item = items.length === 0 ? this.#anything : this.#typeOf({ allOf: items });
    if (prefixItems === undefined) return { kind: 'array', item };
    return {
      kind: 'tuple',
      items: prefixItems.map((schema) => this.#typeOf(schema)),
      least: minItems,
      rest: isClosed ? undefined : item,
    };
  }

  #object(flat: FlatSchema, kind?: Discriminator & { readonly value: string }): TypeNode {
    const { properties, required, others } = flat;
    const names = [...new Set([...properties.keys(), ...required, ...namedByConditions(flat)])].filter(
      (name) => properties.get(name)?.includes(false) !== true,
    );
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
            : this.#isOptional(flat, name),
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

  #isOptional({ properties, required, unfilled }: FlatSchema, name: string): boolean {
    const hasDefault =
      this.#side !== 'reply' &&
      !unfilled.has(name) &&
      properties.get(name)?.some((schema) => isMap(schema) && 'default' in schema) === true;
    return hasDefault ? this.#side === 'given' : !required.has(name);
  }

  #literal(value: unknown): TypeNode {
    if (typeof value === 'string') return named(literalText(value));
    if (value === null) return NULL;
    if (typeof value === 'number' && !Number.isFinite(value)) return named('number');
    if (Array.isArray(value))
      return {
        kind: 'tuple',
        items: value.map((item) => this.#literal(item)),
        least: value.length,
        rest: undefined,
      };
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
