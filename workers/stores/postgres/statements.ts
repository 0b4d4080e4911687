import { messageOf } from '../../../src/errors.js';
import { Describe, type Description, type Exchange, Execute, Forget } from './exchanges.js';
import { type TypeTable, unknownTypes, writeValue } from './types.js';

/** A statement with what goes along. */
export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
  /** Whether the server keeps it prepared on this connection. */
  readonly isKept: boolean;
}

interface Described {
  /** Empty for the unnamed statement, which lasts until the next one is parsed. */
  readonly name: string;
  readonly description: Description;
}

/** A statement that the server has parsed, with its values as they are sent. */
export interface Prepared extends Described {
  readonly values: readonly (string | null)[];
}

/** Statements that one connection keeps prepared; the one that has gone unused for longest makes room. */
const MAX_PREPARED = 200;
/** Parameters that the protocol can count. */
const MAX_PARAMS = 65_535;
/** Array types by their OIDs; a domain over an array counts as one. */
const LOOK_UP = `select t.oid::text, coalesce(nullif(t.typelem, 0), b.typelem)::text, coalesce(e.typdelim, ',')::text
  from pg_catalog.pg_type t
  left join pg_catalog.pg_type b on b.oid = t.typbasetype
  left join pg_catalog.pg_type e on e.oid = coalesce(nullif(t.typelem, 0), b.typelem)
  where t.typcategory = 'A' and t.oid = any ($1::oid[])`;

/** The statements of one connection that the server has parsed, and those that it keeps. */
export class Statements {
  readonly #types: TypeTable;
  readonly #ask: <T>(exchange: Exchange<T>) => Promise<T>;
  /** In the order of use. */
  readonly #kept = new Map<string, Described>();
  #count = 0;

  constructor(types: TypeTable, ask: <T>(exchange: Exchange<T>) => Promise<T>) {
    this.#types = types;
    this.#ask = ask;
  }

  has(text: string): boolean {
    return this.#kept.has(text);
  }

  /** Has the server parse a statement, unless it has before. */
  async prepare(statement: Statement): Promise<Prepared> {
    const described = await this.#describe(statement);
    return { ...described, values: this.#valuesOf(statement, described.description) };
  }

  /** Frees a statement that was kept. */
  async forget(text: string): Promise<void> {
    const name = this.#kept.get(text)?.name;
    this.#kept.delete(text);
    if (name !== undefined) await this.#ask(new Forget(name));
  }

  async #describe({ text, isKept }: Statement): Promise<Described> {
    const known = isKept ? this.#kept.get(text) : undefined;
    if (known !== undefined) {
      // The map is in the order of use.
      this.#kept.delete(text);
      this.#kept.set(text, known);
      return known;
    }
    assertNoNul(text);
    const name = isKept ? `phlow_${++this.#count}` : '';
    const description = await this.#ask(new Describe(name, text));
    if (isKept) {
      this.#kept.set(text, { name, description });
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > MAX_PREPARED && oldest !== undefined) await this.forget(oldest);
    }
    await this.#learnTypes(description);
    return { name, description };
  }

  /** Asks the catalogue what is an array among types that have not been met before. */
  async #learnTypes({ parameters, fields }: Description): Promise<void> {
    const oids = unknownTypes([...parameters, ...fields.map(({ dataTypeID }) => dataTypeID)], this.#types);
    if (oids.length === 0) return;
    // Under a name: the statement at hand may be the unnamed one.
    if (!this.#kept.has(LOOK_UP)) {
      const description = await this.#ask(new Describe('phlow_types', LOOK_UP));
      this.#kept.set(LOOK_UP, { name: 'phlow_types', description });
    }
    const { rows } = await this.#ask(new Execute('phlow_types', [`{${oids.join(',')}}`]));
    for (const oid of oids) this.#types.set(oid, undefined);
    for (const [oid, element, delimiter] of rows)
      this.#types.set(Number(oid), { element: Number(element), delimiter: delimiter ?? ',' });
  }

  #valuesOf({ params }: Statement, { parameters }: Description): readonly (string | null)[] {
    if (params.length > MAX_PARAMS) throw new Error(`There are more than ${MAX_PARAMS} params`);
    return params.map((value, index) => {
      try {
        return writeValue(value, parameters[index] ?? 0, this.#types);
      } catch (cause) {
        throw new Error(`Parameter $${index + 1} cannot be sent: ${messageOf(cause)}`, { cause });
      }
    });
  }
}

/** The protocol ends a text there: the server would read the rest as something else. */
export function assertNoNul(text: string): void {
  if (text.includes('\0')) throw new Error('A statement cannot contain the character U+0000');
}
