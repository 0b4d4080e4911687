import { isMap } from '../values.js';
import type { JsonSchema } from './dialect.js';
import { pointerTo, segmentsOf } from './pointer.js';
import { shapeOf } from './schema-keywords.js';

/** A schema with an address of its own: the whole, and each part with an `$id`. */
export interface SchemaResource {
  readonly address: string;
  readonly root: unknown;
  readonly anchors: Map<string, Anchor>;
}

interface Anchor {
  readonly schema: JsonSchema;
  readonly isDynamic: boolean;
}

/** Where a part of a schema stands. */
export interface SchemaPlace {
  readonly resource: SchemaResource;
  readonly pointer: string;
}

/** A keyword that makes a schema unusable, with its place. */
export class SchemaKeywordError extends Error {
  override readonly name = 'SchemaKeywordError';
  readonly pointer: string;
  readonly keyword: string;

  /** @param said what is wrong, as the end of a sentence about the schema that the keyword stands in. */
  constructor(said: string, pointer: string, keyword: string) {
    super(said);
    this.pointer = pointer;
    this.keyword = keyword;
  }
}

/** The address of a schema that has none. */
const NO_ADDRESS = 'schema:/';

/** The addresses and anchors of a schema, and which part has which. */
export class SchemaIndex {
  readonly #resources = new Map<string, SchemaResource>();
  readonly #places = new Map<object, SchemaPlace>();

  /** @throws SchemaKeywordError for a name that stands twice or an address that is none. */
  constructor(schema: JsonSchema) {
    this.#add(schema, '', undefined);
  }

  /** How many parts there are. */
  get size(): number {
    return this.#places.size;
  }

  /** Where a part stands. */
  placeOf(schema: JsonSchema): SchemaPlace {
    const place = this.#places.get(schema);
    if (place === undefined) throw new Error('a part of the schema was not looked at');
    return place;
  }

  /**
   * What a reference from a part of the schema points at; undefined for nothing.
   *
   * @returns the part, and the resource that its anchor was found in when the reference ends with a name.
   */
  find(
    from: JsonSchema,
    reference: string,
  ): { schema: unknown; anchor?: string; isDynamic: boolean } | undefined {
    const { resource: here, pointer } = this.placeOf(from);
    const url = resolved(reference, here.address);
    if (url === undefined) return undefined;
    const [address = '', fragment = ''] = splitAt(url);
    const resource = address === here.address ? here : this.#resources.get(address);
    if (resource === undefined) return undefined;
    const path = decoded(fragment);
    if (path === undefined) return undefined;
    if (path !== '' && !path.startsWith('/')) {
      const found = resource.anchors.get(path);
      return found === undefined ? undefined : { ...found, anchor: path };
    }
    const schema = at(resource.root, path);
    if (schema === undefined) return undefined;
    // A place that holds schemas under no keyword of ours.
    if (isMap(schema) && !this.#places.has(schema)) this.#add(schema, pointer, resource);
    return { schema, isDynamic: false };
  }

  #add(schema: JsonSchema, pointer: string, around: SchemaResource | undefined): void {
    const resource = this.#resourceOf(schema, pointer, around);
    this.#places.set(schema, { resource, pointer });
    for (const keyword of ['$anchor', '$dynamicAnchor'] as const) {
      const name = schema[keyword];
      if (typeof name !== 'string') continue;
      const known = resource.anchors.get(name);
      if (known !== undefined && known.schema !== schema) {
        throw new SchemaKeywordError(`names the anchor ${name}, which another part has`, pointer, keyword);
      }
      resource.anchors.set(name, { schema, isDynamic: keyword === '$dynamicAnchor' });
    }
    for (const [keyword, value] of Object.entries(schema)) {
      const inside = pointerTo(pointer, keyword);
      const shape = shapeOf(keyword);
      if (shape === 'schema' && isMap(value)) this.#add(value, inside, resource);
      if ((shape === 'list' && Array.isArray(value)) || (shape === 'map' && isMap(value))) {
        for (const [name, held] of Object.entries(value)) {
          if (isMap(held)) this.#add(held, pointerTo(inside, name), resource);
        }
      }
    }
  }

  #resourceOf(schema: JsonSchema, pointer: string, around: SchemaResource | undefined): SchemaResource {
    const id = schema['$id'];
    if (typeof id !== 'string') return around ?? this.#newResource(NO_ADDRESS, schema);
    const address = resolved(id, around?.address ?? NO_ADDRESS)?.replace(/#$/, '');
    if (address === undefined) {
      throw new SchemaKeywordError(`has the address ${id}, which is no URI`, pointer, '$id');
    }
    if (this.#resources.has(address)) {
      throw new SchemaKeywordError(`has the address ${id}, which another part has`, pointer, '$id');
    }
    return this.#newResource(address, schema);
  }

  #newResource(address: string, root: unknown): SchemaResource {
    const resource = { address, root, anchors: new Map<string, Anchor>() };
    this.#resources.set(address, resource);
    return resource;
  }
}

function resolved(reference: string, base: string): string | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
}

function splitAt(url: string): readonly string[] {
  const hash = url.indexOf('#');
  return hash === -1 ? [url] : [url.slice(0, hash), url.slice(hash + 1)];
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** The value at a JSON pointer. */
function at(root: unknown, pointer: string): unknown {
  let value = root;
  for (const segment of segmentsOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  return value;
}
