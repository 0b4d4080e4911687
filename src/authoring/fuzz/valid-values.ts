import type { JsonSchema } from '../../manifest/dialect.js';
import { outcomeOf } from '../../manifest/types/actions.js';
import { isMap } from '../../values.js';
import {
  conditionsOf,
  withoutChoices,
  withoutCondition,
  withoutReferences,
  type Condition,
} from '../schema/conditions.js';
import {
  choicesOf,
  namesOf,
  numbersOf,
  propertySchemas,
  requiredOf,
  typesOf,
  valuesOf,
  withBranch,
  type JsonType,
  type Parts,
  type SchemaParts,
} from '../schema/schema-parts.js';
import { anyValues, memberNames } from './any-values.js';
import type { Arbitrary, FastCheck } from './fast-check.js';
import { integersOf, numbersIn } from './numbers.js';
import { textsOf } from './texts.js';

/** What refers to itself ends at this depth. */
const MAX_DEPTH = 5;
/** Generators for one schema: beyond that many its deeper parts are left out. */
const MAX_GENERATORS = 4_000;
/** Choices at one place; each doubles the generators. */
const MAX_CHOICES = 6;
/** Members and items where a schema names no limit. */
const MAX_MEMBERS = 4;

/** Keywords that say what a value is not, or that look at several of its parts at once: values are made without them and then checked. */
const CHECKED_ONLY = [
  'not',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
  'dependencies',
  'minContains',
  'maxContains',
  'maxProperties',
] as const;

const ALL_TYPES: readonly JsonType[] = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];

/** Members of an object. */
type Entries = readonly (readonly [string, unknown])[];

/** What need not be there is left out of a smaller value. */
const SHRINK_TO_FIRST = { withCrossShrink: true } as const;

/** Keywords that describe and ask for nothing. */
const NOTES: ReadonlySet<string> = new Set(
  'title description default deprecated readOnly writeOnly secret examples messages $comment $defs definitions contentEncoding contentMediaType contentSchema'.split(
    ' ',
  ),
);

function asksForNothing(part: JsonSchema): boolean {
  return Object.keys(part).every((keyword) => NOTES.has(keyword));
}

/** A value of the property that says what kind of input it is: conditions on it are decided. */
export interface Kind {
  readonly name: string;
  readonly value: string;
}

/**
 * Makes generators of values that a schema allows, with those at its edges. What it cannot make by rule it makes more freely: the caller checks the values.
 */
export class ValidValues {
  /** Keywords, patterns among them, that the values were made without. */
  readonly unsupported = new Set<string>();
  readonly #fc: typeof FastCheck;
  readonly #schema: SchemaParts;
  readonly #kind: Kind | undefined;
  #count = 0;
  #anything: Arbitrary | undefined;

  constructor(fc: typeof FastCheck, schema: SchemaParts, kind?: Kind) {
    this.#fc = fc;
    this.#schema = schema;
    this.#kind = kind;
  }

  /** Values that meet all of these schemas; undefined where there are none, as far as can be seen. */
  of(...schemas: readonly unknown[]): Arbitrary | undefined {
    return this.#of(schemas, 0);
  }

  #of(schemas: readonly unknown[], depth: number): Arbitrary | undefined {
    const parts = this.#schema.of(...schemas);
    if (parts === undefined || depth > MAX_DEPTH || ++this.#count > MAX_GENERATORS) return undefined;
    if (parts.every(asksForNothing)) return (this.#anything ??= anyValues(this.#fc));
    for (const keyword of CHECKED_ONLY)
      if (parts.some((part) => keyword in part)) this.unsupported.add(keyword);
    const values = valuesOf(parts);
    const open = conditionsOf(parts);
    if (open.length + choicesOf(parts).length > 0 && values === undefined)
      return this.#chosen(parts, open, depth);
    if (values !== undefined) return values.length === 0 ? undefined : this.#fc.constantFrom(...values);
    return this.#any((typesOf(parts) ?? ALL_TYPES).map((type) => this.#ofType(type, parts, depth)));
  }

  #any(all: readonly (Arbitrary | undefined)[]): Arbitrary | undefined {
    const some = all.filter((one) => one !== undefined);
    return some.length === 0 ? undefined : this.#fc.oneof(...some);
  }

  /** Makes one choice, and leaves the others to what comes of it. */
  #chosen(parts: Parts, open: readonly Condition[], depth: number): Arbitrary | undefined {
    // Those that the kind decides are no choice: a schema may have one for each kind.
    const decided = open.find((one) => this.#outcomeOf(one, depth) !== undefined);
    if (decided === undefined && open.length + choicesOf(parts).length > MAX_CHOICES) {
      this.unsupported.add('more than six choices in one place');
      return this.#of(parts.map(withoutChoices), depth);
    }
    const condition = decided ?? open[0];
    if (condition === undefined) {
      const [choice = []] = choicesOf(parts);
      return this.#any(choice.map((branch) => this.#of(withBranch(parts, branch), depth)));
    }
    const outcome = this.#outcomeOf(condition, depth);
    const others = parts
      .map((part) => (part === condition.of ? withoutCondition(part) : part))
      .map(withoutReferences);
    return this.#any([
      ...(outcome === false ? [] : [this.#of([...others, condition.test, condition.yes], depth)]),
      ...(outcome === true ? [] : [this.#of([...others, condition.no], depth)]),
    ]);
  }

  #outcomeOf({ test }: Condition, depth: number): boolean | undefined {
    return depth > 0 || this.#kind === undefined
      ? undefined
      : outcomeOf(test, this.#kind.name, this.#kind.value);
  }

  #ofType(type: JsonType, parts: Parts, depth: number): Arbitrary | undefined {
    const fc = this.#fc;
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return integersOf(fc, parts);
      case 'number':
        return numbersIn(fc, parts);
      case 'string':
        return textsOf(fc, parts, (what) => this.unsupported.add(what));
      case 'array':
        return this.#lists(parts, depth);
      case 'object':
        return this.#objects(parts, depth);
    }
  }

  #lists(parts: Parts, depth: number): Arbitrary<unknown[]> | undefined {
    const fc = this.#fc;
    const minLength = Math.max(0, ...numbersOf(parts, 'minItems'));
    const maxLength = Math.min(...numbersOf(parts, 'maxItems'), Math.max(MAX_MEMBERS, minLength + 2));
    const prefixes = parts.flatMap(({ prefixItems }) =>
      Array.isArray(prefixItems) ? [prefixItems as readonly unknown[]] : [],
    );
    const prefix = Math.max(0, ...prefixes.map(({ length }) => length));
    const rest = this.#itemsAfter(parts, depth);
    const firsts: Arbitrary[] = [];
    for (let i = 0; i < Math.min(prefix, maxLength); i++) {
      const first = this.#of(itemSchemas(parts, i), depth + 1);
      if (first === undefined) break;
      firsts.push(first);
    }
    const isUnique = parts.some(({ uniqueItems }) => uniqueItems === true);
    const least = Math.max(0, minLength - firsts.length);
    const most = Math.max(least, maxLength - firsts.length);
    if (rest === undefined && least > 0) return undefined;
    const more =
      rest === undefined || (firsts.length < prefix && least === 0)
        ? fc.constant([])
        : this.#itemLists(rest, least, most, isUnique);
    return fc
      .tuple(fc.tuple(...firsts), more, this.#contained(parts, depth))
      .map(([first, others, wanted]) => {
        const items = [...first, ...others];
        // In the place of the last one, so that there are not too many.
        return wanted.length > 0 && items.length >= maxLength
          ? [...items.slice(0, -wanted.length), ...wanted]
          : [...items, ...wanted];
      });
  }

  #itemLists(item: Arbitrary, minLength: number, maxLength: number, isUnique: boolean): Arbitrary<unknown[]> {
    return isUnique
      ? this.#fc.uniqueArray(item, { minLength, maxLength, selector: (value) => JSON.stringify(value) })
      : this.#fc.array(item, { minLength, maxLength });
  }

  #itemsAfter(parts: Parts, depth: number): Arbitrary | undefined {
    return this.#of(itemSchemas(parts, Infinity), depth + 1);
  }

  /** One item that `contains` asks for. */
  #contained(parts: Parts, depth: number): Arbitrary<unknown[]> {
    const wanted = parts.flatMap((part) => ('contains' in part ? [part['contains']] : []));
    const item =
      wanted.length === 0 ? undefined : this.#of([...wanted, ...itemSchemas(parts, Infinity)], depth + 1);
    return item === undefined ? this.#fc.constant([]) : item.map((value) => [value]);
  }

  #objects(parts: Parts, depth: number): Arbitrary | undefined {
    const fc = this.#fc;
    const required = requiredOf(parts);
    const members: Arbitrary<Entries>[] = [];
    for (const name of new Set([...namesOf(parts), ...required])) {
      const value = this.#of(propertySchemas(parts, name), depth + 1);
      if (value === undefined && required.has(name)) return undefined;
      if (value === undefined) continue;
      const member = value.map((held): Entries => [[name, held]]);
      members.push(required.has(name) ? member : fc.oneof(SHRINK_TO_FIRST, fc.constant([]), member));
    }
    return fc.tuple(fc.tuple(...members), this.#others(parts, depth)).map(([named, others]) =>
      // Entries make own members of names such as `__proto__`.
      Object.fromEntries([...others, ...named.flat()]),
    );
  }

  /** Members that no name is given for. */
  #others(parts: Parts, depth: number): Arbitrary<Entries> {
    const fc = this.#fc;
    const least = Math.max(0, ...numbersOf(parts, 'minProperties')) - requiredOf(parts).size;
    const lists: Arbitrary<Entries>[] = [];
    const listOf = (keys: Arbitrary<string>, value: Arbitrary): Arbitrary<Entries> =>
      fc.array(fc.tuple(keys, value), { minLength: Math.max(0, least), maxLength: Math.max(2, least + 1) });
    for (const pattern of patternsOf(parts)) {
      const texts = textsOf(fc, [{ pattern }], (what) => this.unsupported.add(what));
      // Its own schema is among those for a name that it matches.
      const [sample = ''] = fc.sample(texts, { numRuns: 1, seed: 1 });
      const value = this.#of(propertySchemas(parts, sample), depth + 1);
      if (value !== undefined) lists.push(listOf(texts, value));
    }
    const isOpen = parts.every(
      ({ additionalProperties, unevaluatedProperties }) =>
        additionalProperties !== false && unevaluatedProperties !== false,
    );
    if (isOpen) {
      const additional = parts.flatMap((part) =>
        part['additionalProperties'] === undefined ? [] : [part['additionalProperties']],
      );
      // What nobody has asked for is small, and rare beside what has a name.
      const value = this.#of(additional, depth + 1);
      const isWanted = least > 0 || additional.length > 0 || namesOf(parts).length === 0;
      if (value !== undefined) {
        const some = listOf(memberNames(fc), value);
        lists.push(
          isWanted
            ? some
            : fc.oneof(
                SHRINK_TO_FIRST,
                { arbitrary: fc.constant([]), weight: 7 },
                { arbitrary: some, weight: 1 },
              ),
        );
      }
    }
    return lists.length === 0 ? fc.constant([]) : fc.tuple(...lists).map((found) => found.flat());
  }
}

function itemSchemas(parts: Parts, index: number): readonly unknown[] {
  return parts.flatMap(({ prefixItems, items }) => {
    if (Array.isArray(prefixItems) && index < prefixItems.length) return [prefixItems[index] as unknown];
    return items === undefined ? [] : [items];
  });
}

function patternsOf(parts: Parts): readonly string[] {
  return parts.flatMap(({ patternProperties }) =>
    isMap(patternProperties) ? Object.keys(patternProperties) : [],
  );
}
