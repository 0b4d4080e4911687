import { fileURLToPath } from 'node:url';
import { messageOf, PhlowError } from '../../../errors.js';
import { canBeSlow } from '../../../manifest/bounded-check.js';
import { boundedRun } from '../../../manifest/bounded-run.js';
import { compileSchema } from '../../../manifest/compile-schema.js';
import { compileValidator } from '../../../manifest/compile-validator.js';
import type { JsonSchema } from '../../../manifest/dialect.js';
import type { Validator, Violations } from '../../../manifest/validator.js';
import { UP, type Batch, type Refusal, opOf } from '../../../wire/protocol.js';
import { CheckPool } from '../check-pool.js';

/** What a thread beside the host's is asked: whether the replies in a frame keep to their manifest. */
export interface CheckTask {
  readonly module: string;
  readonly text: string;
  readonly maxDepth: number;
  readonly schema: JsonSchema;
  readonly code: string;
  readonly isOptional: boolean;
}

/** What was found. */
export interface Checked {
  /** By the place of the reply in the batch. */
  readonly refusals: readonly (readonly [index: number, refusal: Refusal])[];
  /** The frame with the defaults of the schema in it; undefined when there are none. */
  readonly text: string | undefined;
  /** What it took. */
  readonly ms: number;
}

const CHECK_FILE = fileURLToPath(new URL('./check-thread.js', import.meta.url));
/** Schemas times characters up to which a check is done at once: each schema looks at each value once, unless it is of the slow kind. */
const MAX_PRODUCT = 400_000;
/** A check that may take longer is tried with this many steps, some 8 ms, on the host's thread. */
const MAX_STEPS_HERE = 800_000;
/** All that are tried may take so long there in this time: many replies come one after the other. */
const MAX_MS_HERE = 8;
const WINDOW_MS = 100;
/** What a check may take beside it. */
const MAX_CHECK_MS = 3_000;
/** After this many checks that took too long, nothing is checked any more, and so nothing passes. */
const MAX_FAILURES = 3;
const TOO_OFTEN = `its schema took too long ${MAX_FAILURES} times`;
const IDLE_MS = 5_000;

const pool = new CheckPool({ filename: CHECK_FILE, idleTimeout: IDLE_MS });

/** The check of one module's replies against its manifest: at once where that takes little, beside the host's thread where it may take long. */
export class OutputCheck {
  readonly #module: string;
  readonly #schema: JsonSchema;
  readonly #code: string;
  readonly #isOptional: boolean;
  readonly #check: Validator;
  readonly #weight: number;
  #failures = 0;
  #windowStart = 0;
  #msHere = 0;

  constructor(module: string, schema: JsonSchema, isOptional: boolean) {
    this.#module = module;
    this.#schema = schema;
    this.#code = compileSchema(schema).code;
    this.#isOptional = isOptional;
    this.#check = compileValidator(schema, { subject: 'output', optional: isOptional });
    this.#weight = canBeSlow(schema) ? Infinity : schemasIn(schema);
  }

  /** The refusals of the replies in a batch whose text has that length; undefined when it takes longer to find out. */
  now(batch: Batch, length: number): ReadonlyMap<number, Refusal> | undefined {
    if (this.#failures >= MAX_FAILURES) return new Map(this.#refuseAll(batch, TOO_OFTEN));
    if (this.#weight * length <= MAX_PRODUCT) return this.#checkAll(batch);
    const now = performance.now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#msHere = 0;
    }
    if (this.#msHere >= MAX_MS_HERE) return undefined;
    try {
      return boundedRun(() => this.#checkAll(batch), MAX_STEPS_HERE, late);
    } catch {
      // It has run out of steps or stack: the thread beside finds out.
      return undefined;
    } finally {
      this.#msHere += performance.now() - now;
    }
  }

  #checkAll(batch: Batch): ReadonlyMap<number, Refusal> {
    const refusals = new Map<number, Refusal>();
    for (let i = 0; i < batch.length; i += 2) {
      if (opOf(batch[i] as number) !== UP.reply) continue;
      const violations = this.#check(batch[i + 1]);
      if (violations !== undefined) refusals.set(i, refusalOf(this.#module, violations));
    }
    return refusals;
  }

  #refuseAll(batch: Batch, reason: string): [number, Refusal][] {
    const refusals: [number, Refusal][] = [];
    for (let i = 0; i < batch.length; i += 2)
      if (opOf(batch[i] as number) === UP.reply) refusals.push([i, this.#tooSlow(reason)]);
    return refusals;
  }

  /** The same for a frame that takes longer. */
  async beside(text: string, batch: Batch, maxDepth: number): Promise<Checked> {
    const task: CheckTask = {
      module: this.#module,
      text,
      maxDepth,
      schema: this.#schema,
      code: this.#code,
      isOptional: this.#isOptional,
    };
    const end = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const onStart = (): void => {
      timer = setTimeout(() => end.abort(), MAX_CHECK_MS);
    };
    try {
      return (await pool.run(task, end.signal, onStart)) as Checked;
    } catch (error) {
      this.#failures++;
      const why = end.signal.aborted ? `checking it took longer than ${MAX_CHECK_MS} ms` : messageOf(error);
      const refusals = this.#refuseAll(batch, why);
      return { refusals, text: undefined, ms: end.signal.aborted ? MAX_CHECK_MS : 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  #tooSlow(reason: string): Refusal {
    const message = `the value cannot be checked against the manifest: ${reason}; simplify its schema`;
    return refusalOf(this.#module, [{ path: '', keyword: 'timeout', message }]);
  }
}

/** The refusal that takes the place of a reply that breaks the manifest. */
export function refusalOf(module: string, violations: Violations): Refusal {
  const message = `Module "${module}" broke its manifest: ${violations[0].message}`;
  return { code: 'PHLOW_OUTPUT_INVALID', message, details: { violations } };
}

/** How many schemas stand in one another. */
function schemasIn(schema: unknown): number {
  if (typeof schema !== 'object' || schema === null) return 0;
  let found = Array.isArray(schema) ? 0 : 1;
  for (const inner of Object.values(schema)) found += schemasIn(inner);
  return found;
}

function late(reason: string, cause: unknown): PhlowError {
  return new PhlowError('PHLOW_OUTPUT_INVALID', reason, { cause });
}
