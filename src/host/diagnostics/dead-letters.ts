import { serialize } from 'node:v8';
import type { Value } from '../../values.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import { secretPlace } from '../../manifest/secrets.js';
import { Redaction } from '../../redaction.js';

/** A package that is not sent again, since its module ended twice while it had it. Plain data. */
export interface DeadLetter {
  /** ISO 8601. */
  readonly at: string;
  /** Size of the input as it would cross the port. */
  readonly bytes: number;
  /** The input with secrets hidden by their names and the schema; undefined when it is larger than 16 KiB, or when contents are turned off. */
  readonly input: Value;
  /** Why the module ended, each time. */
  readonly causes: readonly string[];
}

/** How much dead letters may show. */
export interface DeadLetterOptions {
  /** False: no inputs, which can hold secrets. */
  readonly contents: boolean;
  /** Values under matching names are hidden. */
  readonly redact: RegExp;
}

const MAX_LETTERS = 20;
const MAX_BYTES = 16_384;

/** The last packages of a module that were put aside. */
export class DeadLetters {
  readonly #letters: DeadLetter[] = [];
  readonly #copy: ((input: Value) => unknown) | undefined;
  #count = 0;

  /** @param schema the inputs' own, which may name further secrets. */
  constructor({ contents, redact }: DeadLetterOptions, schema: JsonSchema = {}) {
    const redaction = new Redaction(redact);
    this.#copy = contents ? (input) => redaction.copy(input, secretPlace(schema)) : undefined;
  }

  /** How many there have been, also those that are no longer kept. */
  get count(): number {
    return this.#count;
  }

  /** The last ones, oldest first. */
  get kept(): readonly DeadLetter[] {
    return [...this.#letters];
  }

  put(input: Value, causes: readonly string[]): DeadLetter {
    const bytes = serialize(input).byteLength;
    const kept = bytes <= MAX_BYTES ? (this.#copy?.(input) as Value) : undefined;
    const letter: DeadLetter = { at: new Date().toISOString(), bytes, input: kept, causes };
    this.#count++;
    this.#letters.push(letter);
    if (this.#letters.length > MAX_LETTERS) this.#letters.shift();
    return letter;
  }
}
