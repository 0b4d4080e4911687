import { isMap } from '../../values.js';
import type { JsonSchema } from '../dialect.js';
import { actionMembers, discriminatorOf, withoutActions, type Discriminator } from './actions.js';
import type { Filling, Part } from './check-order.js';
import {
  chosen,
  copyOf,
  flatten,
  include,
  isReference,
  mustBeGiven,
  namedByConditions,
  openTo,
  type FlatSchema,
} from './flat-schema.js';
import { literalText } from './print-type.js';
import { References } from './references.js';
import { leadsTo, named, NULL, unionOf, withoutItself, type TypeMember, type TypeNode } from './type-node.js';

/**
 * Who has the value: a caller who passes it (`given`: defaults may be left out, anything that can be sent fits `any`), a module that reads what it was passed
 * (`read`: defaults are filled in, it consists of values), or who gets a reply (`reply`: nothing is filled in, since most replies are not checked).
 */
export type Side = 'given' | 'read' | 'reply';

/** A type that a schema refers to by `$ref`. */
export interface ReferredType {
  readonly name: string;
  readonly type: TypeNode;
}

/** Parts in the place of references, beyond which a type is not spelt out: a few lines may come to any number of them. */
export const MAX_INLINED = 1_000;

/** The check writes conditions in another way where a schema speaks of these. */
const UNEVALUATED = /"unevaluated\w+":/;

/** Turns one schema into a type. What a type cannot say (ranges, patterns, conditions on values) is left out. Members that the schema does not name are mistakes, unless it speaks of them. */
export class SchemaType {
  readonly #root: JsonSchema;
  readonly #side: Side;
  readonly #references: References;
  readonly #referred = new Map<string, ReferredType | undefined>();
  /** References in whose place the part that they lead to stands at the moment. */
  #inlined: ReadonlySet<string> = new Set();
  #count = 0;

  /** @param prefix what the names of referred types start with. */
  constructor(root: JsonSchema, side: Side, prefix: string) {
    this.#root = root;
    this.#side = side;
    this.#references = new References(root, prefix);
  }

  /** The type of the whole. */
  whole(): TypeNode {
    return this.#typeOf({ schema: this.#root, at: [], filling: this.#filling });
  }

  /** Whether there was too much of it to be spelt out, so that parts of it are anything. Known once `whole` has been asked for. */
  get isCut(): boolean {
    return this.#count > MAX_INLINED;
  }

  get #filling(): Filling {
    if (this.#side === 'reply') return 'left';
    return UNEVALUATED.test(JSON.stringify(this.#root)) ? 'filled outside of conditions' : 'filled';
  }

  /** The types that it refers to, once `whole` has been asked for. */
  get referred(): readonly ReferredType[] {
    const all = [...this.#referred.values()].filter((one) => one !== undefined);
    const types = new Map(all.map(({ name, type }) => [name, type]));
    return all.map((one) => (leadsTo(one.type, one.name, types) ? { ...one, type: this.#anything } : one));
  }

  #typeOf(parts: Part | readonly Part[]): TypeNode {
    return this.#flatType(flatten(parts));
  }

  #flatType(flat: FlatSchema): TypeNode {
    const [first] = flat.references;
    if (first !== undefined && isReference(flat)) return this.#reference(first);
    return this.#withReferred(flat, (whole) => {
      const type = this.#ofFlat(whole);
      return whole.isNullRefused && type.kind === 'union'
        ? unionOf(type.of.filter((one) => !(one.kind === 'name' && one.text === 'null')))
        : type;
    });
  }

  /** With what stands elsewhere, in its place. Where a part stands in itself, members may follow that are not named. */
  #withReferred(flat: FlatSchema, use: (whole: FlatSchema) => TypeNode): TypeNode {
    if (flat.references.length === 0) return use(flat);
    const around = this.#inlined;
    const here = new Set(around);
    const whole = copyOf(flat);
    for (let one = whole.references.shift(); one !== undefined; one = whole.references.shift()) {
      if (here.has(one.schema)) {
        if (around.has(one.schema)) openTo(whole);
        continue;
      }
      if (++this.#count > MAX_INLINED) return this.#anything;
      here.add(one.schema);
      include(whole, { ...one, schema: this.#references.find(one.schema) });
    }
    this.#inlined = here;
    const type = use(whole);
    this.#inlined = around;
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
    const isClosed = items.some(({ schema }) => schema === false);
    const item = items.length === 0 ? this.#anything : this.#typeOf(items);
    if (prefixItems === undefined) return { kind: 'array', item };
    return {
      kind: 'tuple',
      items: prefixItems.map((part) => this.#typeOf(part)),
      least: minItems,
      rest: isClosed ? undefined : item,
    };
  }

  #object(flat: FlatSchema, kind?: Discriminator & { readonly value: string }): TypeNode {
    const { properties, required } = flat;
    const conditional = namedByConditions(flat);
    const names = [...new Set([...properties.keys(), ...required.keys(), ...conditional.names])].filter(
      (name) => properties.get(name)?.some(({ schema }) => schema === false) !== true,
    );
    const others = this.#others(flat, names.length > 0 || conditional.areMore);
    if (names.length === 0 && others === undefined && flat.others?.schema !== false)
      return named(this.#side === 'given' ? 'object' : 'ValueMap');
    const members = names.map((name): TypeMember => ({
      name,
      type: this.#typeOf(properties.get(name) ?? []),
      isOptional:
        kind?.name === name
          ? kind.whenAbsent === kind.value && this.#side === 'given'
          : this.#isOptional(flat, name),
      about: aboutOf(flat, name, kind?.values ?? []),
    }));
    return { kind: 'object', members, others: conditional.areMore ? this.#anything : others };
  }

  /** What members without a name are, where the schema says so; beside named ones they may be anything that those are. */
  #others({ others }: FlatSchema, isBesideNames: boolean): TypeNode | undefined {
    if (others === undefined || others.schema === false) return undefined;
    if (isBesideNames) return this.#anything;
    return others.schema === true || isAnything(others.schema) ? undefined : this.#typeOf(others);
  }

  #isOptional(flat: FlatSchema, name: string): boolean {
    return this.#side === 'given'
      ? !mustBeGiven(flat, name)
      : !flat.required.has(name) && !flat.defaults.has(name);
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
  #reference(part: Part & { readonly schema: string }): TypeNode {
    const { schema: reference, filling } = part;
    const isOther =
      filling === 'left' && this.#side !== 'reply' && this.#references.leadsToDefault(reference);
    const key = isOther ? `${reference} left` : reference;
    const name = this.#references.nameFor(key, reference);
    if (this.#referred.has(key)) return named(name);
    const schema = this.#references.find(reference);
    if (schema === undefined) return this.#anything;
    this.#referred.set(key, undefined);
    const around = this.#inlined;
    this.#inlined = new Set();
    const type = withoutItself(this.#typeOf({ ...part, schema }), name) ?? this.#anything;
    this.#inlined = around;
    this.#referred.set(key, { name, type });
    return named(name);
  }
}

function isAnything(schema: unknown): boolean {
  return isMap(schema) && Object.keys(schema).length === 0;
}

/** What a property's comment says: its description, its default, and that it should not be used. */
function aboutOf(
  { properties, defaults }: FlatSchema,
  name: string,
  actions: readonly string[],
): readonly string[] {
  const parts = properties.get(name) ?? [];
  const filled = defaults.get(name);
  const maps = parts.map(({ schema }) => schema).filter(isMap);
  const description = maps
    .map((schema) => schema['description'])
    .find((text): text is string => typeof text === 'string');
  const lines =
    description === undefined
      ? []
      : withoutActions(description.trim(), actions).split(/\r\n|[\n\r\u2028\u2029]/);
  if (filled !== undefined) lines.push(`@default ${JSON.stringify(filled.value)}`);
  if (maps.some((schema) => schema['deprecated'] === true)) lines.push('@deprecated');
  return lines;
}
