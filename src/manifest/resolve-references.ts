import { isMap } from '../values.js';
import type { JsonSchema } from './dialect.js';
import { spend } from './fuel.js';
import { SchemaIndex, SchemaKeywordError, type SchemaResource } from './schema-index.js';
import { shapeOf } from './schema-keywords.js';

/** Keywords that the compiler follows only in part. */
const NEEDS = /"\$(?:id|anchor|dynamicAnchor|dynamicRef)":|"unevaluated\w+":/;
const EVALUATED = /"unevaluated\w+":/;
/** What is said with references, or only holds what they point at. */
const LEFT_OUT = new Set([
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$schema',
  '$vocabulary',
  '$defs',
  'definitions',
]);
/** The standard's own schemas, which the compiler has with it. */
const STANDARD = /^https:\/\/json-schema\.org\/draft\/2020-12\//;
/** How many parts a schema may come to once it is written out, beside twice its own: a few lines can ask for any number. */
const MAX_MORE_PARTS = 500;
const STEPS_PER_PART = 500;

/** True for a schema that `resolveReferences` must be asked for before it is compiled. */
export function needsResolving(text: string): boolean {
  return NEEDS.test(text);
}

/**
 * Writes a schema out as one without addresses, anchors and dynamic references: each part that is referred to stands under `$defs`, once for
 * each way to it that makes a difference. A dynamic reference depends on the resources around it on the way there and nothing else, so
 * all of them can be followed beforehand.
 *
 * @param part the part to begin with; the whole by default.
 * @throws SchemaKeywordError for a reference to nowhere, and for a schema that comes to too many parts.
 */
export function resolveReferences(schema: JsonSchema, part: JsonSchema = schema): JsonSchema {
  const writer = new Writer(new SchemaIndex(schema), EVALUATED.test(JSON.stringify(schema)));
  const whole = writer.write(part, []);
  return Object.keys(writer.definitions).length === 0 ? whole : { ...whole, $defs: writer.definitions };
}

/** The resources on the way to a part, outermost first; those without dynamic anchors make no difference and are left out. */
type DynamicScope = readonly SchemaResource[];

class Writer {
  readonly definitions: Record<string, unknown> = {};
  readonly #index: SchemaIndex;
  readonly #seesEvaluated: boolean;
  /** The name of a part by the resources on the way to it. */
  readonly #names = new Map<unknown, Map<string, string>>();
  readonly #numbers = new Map<SchemaResource, number>();
  #parts = 0;

  constructor(index: SchemaIndex, seesEvaluated: boolean) {
    this.#index = index;
    this.#seesEvaluated = seesEvaluated;
  }

  write(schema: JsonSchema, around: DynamicScope): Record<string, unknown> {
    spend(STEPS_PER_PART);
    const { resource, pointer } = this.#index.placeOf(schema);
    const most = MAX_MORE_PARTS + 2 * this.#index.size;
    if (++this.#parts > most) {
      throw new SchemaKeywordError(`comes to more than ${most} parts with its references`, pointer, '$ref');
    }
    const isDynamic = [...resource.anchors.values()].some((anchor) => anchor.isDynamic);
    const scope = isDynamic && !around.includes(resource) ? [...around, resource] : around;
    const written: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (LEFT_OUT.has(keyword)) continue;
      if (keyword === '$ref' || keyword === '$dynamicRef')
        this.#refer(schema, keyword, String(value), scope, written);
      else
        written[keyword] =
          keyword === 'allOf' ? this.#joined(value, scope, written) : this.#held(keyword, value, scope);
    }
    return this.#seesEvaluated ? this.#withoutIf(written) : written;
  }

  #held(keyword: string, value: unknown, scope: DynamicScope): unknown {
    const one = (held: unknown): unknown => (isMap(held) ? this.write(held, scope) : held);
    const shape = shapeOf(keyword);
    if (shape === 'schema') return one(value);
    if (shape === 'list' && Array.isArray(value)) return value.map(one);
    if (shape !== 'map' || !isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, one(held)]));
  }

  /** A second reference of the same part has been put there already. */
  #joined(value: unknown, scope: DynamicScope, written: Record<string, unknown>): unknown[] {
    return [this.#held('allOf', value, scope), written['allOf'] ?? []].flat();
  }

  #refer(
    from: JsonSchema,
    keyword: '$ref' | '$dynamicRef',
    reference: string,
    scope: DynamicScope,
    written: Record<string, unknown>,
  ): void {
    const target = STANDARD.test(reference)
      ? reference
      : this.#nameOf(this.#target(from, keyword, reference, scope), scope);
    if (!Object.hasOwn(written, '$ref')) written['$ref'] = target;
    else written['allOf'] = [written['allOf'] ?? [], { $ref: target }].flat();
  }

  #target(from: JsonSchema, keyword: string, reference: string, scope: DynamicScope): unknown {
    const found = this.#index.find(from, reference);
    if (found === undefined) {
      const { pointer } = this.#index.placeOf(from);
      throw new SchemaKeywordError(`refers to ${reference}: found nothing there`, pointer, keyword);
    }
    if (keyword === '$ref' || !found.isDynamic) return found.schema;
    const outermost = scope.find((resource) => resource.anchors.get(found.anchor ?? '')?.isDynamic === true);
    return outermost?.anchors.get(found.anchor ?? '')?.schema ?? found.schema;
  }

  #nameOf(target: unknown, scope: DynamicScope): string {
    const way = scope.map((resource) => this.#numberOf(resource)).join();
    let names = this.#names.get(target);
    if (names === undefined) this.#names.set(target, (names = new Map<string, string>()));
    let name = names.get(way);
    if (name === undefined) {
      name = String(Object.keys(this.definitions).length);
      names.set(way, name);
      // Its place is taken first: it may refer to itself.
      this.definitions[name] = true;
      this.definitions[name] = isMap(target) ? this.write(target, scope) : target;
    }
    return `#/$defs/${name}`;
  }

  /**
   * The compiler counts the members that an `if` has looked at whether it holds or not; those of an `anyOf` only where it holds. The condition
   * is referred to, since it is asked twice: conditions inside conditions would double each time.
   */
  #withoutIf(written: Record<string, unknown>): Record<string, unknown> {
    if (!('if' in written)) return written;
    const { if: test, then: yes = true, else: no = true, anyOf, ...others } = written;
    const name = String(Object.keys(this.definitions).length);
    this.definitions[name] = test;
    const condition = { $ref: `#/$defs/${name}` };
    const ways = [{ allOf: [condition, yes] }, { allOf: [{ not: condition }, no] }];
    if (anyOf === undefined) return { ...others, anyOf: ways };
    return { ...others, anyOf, allOf: [others['allOf'] ?? [], { anyOf: ways }].flat() };
  }

  #numberOf(resource: SchemaResource): number {
    const known = this.#numbers.get(resource) ?? this.#numbers.size;
    this.#numbers.set(resource, known);
    return known;
  }
}
