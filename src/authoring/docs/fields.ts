import { spend } from '../../manifest/fuel.js';
import { withoutActions } from '../../manifest/types/actions.js';
import { visibleJson } from '../../visible-text.js';
import {
  choicesOf,
  namesOf,
  numbersOf,
  propertySchemas,
  requiredOf,
  typesOf,
  valuesOf,
  withBranch,
  type Parts,
  type SchemaParts,
} from '../schema/schema-parts.js';
import { code, listed, prose, type Block, type Text } from './page.js';

/** Parts of parts beyond this depth are not listed. */
const MAX_DEPTH = 4;
/** A few lines of a manifest can ask for any number of rows. */
const STEPS_PER_ROW = 2_000;
const STEPS_PER_TYPE = 500;
/** Values and choices beyond this many are counted. */
const MAX_LISTED = 24;
const MAX_JSON = 200;

/** Which columns a table of properties has, and what its descriptions may leave out. */
export interface FieldOptions {
  readonly caption: string;
  readonly keyColumn: string;
  /** Replies have no defaults, and say only what is always there. */
  readonly isReply?: boolean;
  /** The actions that descriptions may begin with. */
  readonly actions?: readonly string[];
}

/** The properties of an object, and theirs in turn, as a table; nothing for a schema without any. */
export function fieldTable(
  schema: SchemaParts,
  properties: ReadonlyMap<string, readonly unknown[]>,
  required: ReadonlySet<string>,
  options: FieldOptions,
): readonly Block[] {
  const rows = new FieldRows(schema, options).of(properties, required, '');
  if (rows.length === 0) return [];
  const { caption, keyColumn, isReply } = options;
  const head = [
    keyColumn,
    'type',
    isReply === true ? 'always' : 'required',
    ...(isReply === true ? [] : ['default']),
    'limits',
    'description',
  ];
  return [{ kind: 'table', caption, head, rows }];
}

class FieldRows {
  readonly #schema: SchemaParts;
  readonly #options: FieldOptions;
  /** The properties around the one that a row is made for. */
  readonly #around: Parts[] = [];

  constructor(schema: SchemaParts, options: FieldOptions) {
    this.#schema = schema;
    this.#options = options;
  }

  of(
    properties: ReadonlyMap<string, readonly unknown[]>,
    required: ReadonlySet<string>,
    prefix: string,
  ): readonly (readonly Text[])[] {
    const { isReply, actions = [] } = this.#options;
    return [...properties].flatMap(([name, schemas]) => {
      spend(STEPS_PER_ROW);
      const parts = this.#schema.of(...schemas);
      if (parts === undefined) return [];
      const row = [
        [code(prefix + name)],
        typeText(this.#schema, parts),
        [required.has(name) ? 'yes' : 'no'],
        ...(isReply === true ? [] : [defaultText(parts)]),
        limitsText(parts),
        descriptionText(parts, actions),
      ];
      return [row, ...this.#inside(parts, prefix + name)];
    });
  }

  /** The properties of the object, and those of the objects in a list. What stands in itself is listed once. */
  #inside(parts: Parts, path: string): readonly (readonly Text[])[] {
    const isRepeated = this.#around.some((around) => around.some((part) => parts.includes(part)));
    if (isRepeated || this.#around.length === MAX_DEPTH) return [];
    this.#around.push(parts);
    const items = itemParts(this.#schema, parts) ?? [];
    const rows = [
      ...this.of(propertiesOf(parts), requiredOf(parts), `${path}.`),
      ...this.of(propertiesOf(items), requiredOf(items), `${path}[].`),
    ];
    this.#around.pop();
    return rows;
  }
}

/** What parts say of each property that they name. */
export function propertiesOf(parts: Parts): ReadonlyMap<string, readonly unknown[]> {
  return new Map(namesOf(parts).map((name) => [name, propertySchemas(parts, name)]));
}

function itemParts(schema: SchemaParts, parts: Parts): Parts | undefined {
  const items = parts.flatMap((part) => ('items' in part ? [part['items']] : []));
  return items.length === 0 ? undefined : schema.of(...items);
}

/** The type of a value in words. */
export function typeText(schema: SchemaParts, parts: Parts, depth = 0): Text {
  spend(STEPS_PER_TYPE);
  const values = valuesOf(parts);
  if (values !== undefined) return valuesText(values);
  const [choice] = choicesOf(parts);
  if (choice !== undefined && depth < MAX_DEPTH) {
    const branches = choice.flatMap((branch) => {
      const chosen = schema.of(...withBranch(parts, branch));
      return chosen === undefined ? [] : [typeText(schema, chosen, depth + 1)];
    });
    return listed(distinct(branches).slice(0, MAX_LISTED));
  }
  const types = typesOf(parts);
  if (types === undefined) return [namesOf(parts).length > 0 ? 'object' : 'any'];
  return listed(types.map((type) => (type === 'array' ? listText(schema, parts, depth) : [type])));
}

function distinct(texts: readonly Text[]): readonly Text[] {
  const seen = new Map(texts.map((text) => [JSON.stringify(text), text]));
  return [...seen.values()];
}

function listText(schema: SchemaParts, parts: Parts, depth: number): Text {
  const items = depth < MAX_DEPTH ? itemParts(schema, parts) : undefined;
  const text = items === undefined ? ['any'] : typeText(schema, items, depth + 1);
  return text.length === 1 && text[0] === 'any' ? ['list'] : ['list of ', ...text];
}

function valuesText(values: readonly unknown[]): Text {
  const shown = values.slice(0, MAX_LISTED).map((value): Text => [code(jsonOf(value))]);
  const more = values.length - shown.length;
  return listed(more > 0 ? [...shown, [`${more} more`]] : shown);
}

function defaultText(parts: Parts): Text {
  for (const part of parts) if ('default' in part) return [code(jsonOf(part['default']))];
  return [];
}

/** What a value is held to besides its type, in words. */
export function limitsText(parts: Parts): Text {
  const limits: Text[] = [];
  for (const { keyword, tightest, words } of BOUNDS) {
    const bounds = numbersOf(parts, keyword);
    if (bounds.length > 0) limits.push([words(tightest(...bounds))]);
  }
  for (const { pattern, format, uniqueItems } of parts) {
    if (typeof pattern === 'string') limits.push(['matches ', code(pattern)]);
    if (typeof format === 'string') limits.push(['format ', code(format)]);
    if (uniqueItems === true) limits.push(['no item twice']);
  }
  return limits.flatMap((limit, i) => (i === 0 ? limit : ['; ', ...limit]));
}

interface Bound {
  readonly keyword: string;
  /** Which of several bounds counts. */
  readonly tightest: (...bounds: number[]) => number;
  readonly words: (bound: number) => string;
}

const BOUNDS: readonly Bound[] = [
  { keyword: 'minimum', tightest: Math.max, words: (bound) => `at least ${bound}` },
  { keyword: 'exclusiveMinimum', tightest: Math.max, words: (bound) => `above ${bound}` },
  { keyword: 'maximum', tightest: Math.min, words: (bound) => `at most ${bound}` },
  { keyword: 'exclusiveMaximum', tightest: Math.min, words: (bound) => `below ${bound}` },
  { keyword: 'multipleOf', tightest: Math.max, words: (bound) => `a multiple of ${bound}` },
  { keyword: 'minLength', tightest: Math.max, words: (bound) => `at least ${counted(bound, 'character')}` },
  { keyword: 'maxLength', tightest: Math.min, words: (bound) => `at most ${counted(bound, 'character')}` },
  { keyword: 'minItems', tightest: Math.max, words: (bound) => `at least ${counted(bound, 'item')}` },
  { keyword: 'maxItems', tightest: Math.min, words: (bound) => `at most ${counted(bound, 'item')}` },
  { keyword: 'minProperties', tightest: Math.max, words: (bound) => `at least ${counted(bound, 'member')}` },
  { keyword: 'maxProperties', tightest: Math.min, words: (bound) => `at most ${counted(bound, 'member')}` },
];

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function descriptionText(parts: Parts, actions: readonly string[]): Text {
  const description = parts.map((part) => part['description']).find((text) => typeof text === 'string');
  const words = description === undefined ? [] : prose(withoutActions(description.trim(), actions));
  const notes = [
    ...(parts.some(({ deprecated }) => deprecated === true) ? ['Deprecated.'] : []),
    ...(parts.some(({ secret, writeOnly }) => secret === true || writeOnly === true)
      ? ['Secret: never shown.']
      : []),
  ];
  return words.length === 0 ? [notes.join(' ')] : [...notes.map((note) => `${note} `), ...words];
}

/** A value as one line of JSON, cut where it is long. */
export function jsonOf(value: unknown): string {
  const text = visibleJson(JSON.stringify(value));
  return text.length <= MAX_JSON ? text : `${text.slice(0, MAX_JSON)}…`;
}
