import { isMap } from '../../values.js';
import type { JsonSchema } from '../dialect.js';
import { segmentsOf } from '../pointer.js';
import { visitSchemas } from '../schema-keywords.js';

/** The parts of one schema that it refers to by `$ref`, and the names of their types. */
export class References {
  readonly #root: JsonSchema;
  readonly #prefix: string;
  readonly #names = new Map<string, string>();
  readonly #defaults = new Map<string, boolean>();

  /** @param prefix what the names of types start with. */
  constructor(root: JsonSchema, prefix: string) {
    this.#root = root;
    this.#prefix = prefix;
  }

  /** The part that a pointer in this very schema leads to. */
  find(reference: string): unknown {
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

  /** A name for the type of a reference, unlike all others; the same for the same `key`. */
  nameFor(key: string, reference: string): string {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const last = reference.split(/[/#]/).findLast((part) => part !== '') ?? 'whole';
    const wished = this.#prefix + typeName(last);
    const taken = [...this.#names.values()];
    let name = wished;
    for (let n = 2; taken.includes(name); n++) name = `${wished}${n}`;
    this.#names.set(key, name);
    return name;
  }

  /** Whether there are defaults in what a reference leads to, also by other references: only then it matters whether they are filled in. */
  leadsToDefault(reference: string): boolean {
    const known = this.#defaults.get(reference);
    if (known !== undefined) return known;
    let isFound = false;
    const seen = new Set([reference]);
    // Grows meanwhile.
    for (const one of seen) {
      const schema = this.find(one);
      if (!isMap(schema)) continue;
      visitSchemas(schema, '', (held) => {
        if ('default' in held) isFound = true;
        if (typeof held['$ref'] === 'string') seen.add(held['$ref']);
      });
    }
    this.#defaults.set(reference, isFound);
    return isFound;
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
