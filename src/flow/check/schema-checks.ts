import { boundedRun } from '../../manifest/bounded-run.js';
import { messageOf, PhlowError } from '../../errors.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import type { Diagnostics } from '../diagnostics.js';
import type { SourceRange } from '../source/source-file.js';

/** One check of what a flow says against the schema of a module. */
export interface SchemaCheck {
  readonly schema: JsonSchema;
  /** The module and the place, for the warning that it cannot be checked. */
  readonly module: string;
  readonly range: SourceRange | undefined;
  /** Reports what it finds by itself. */
  readonly run: () => void;
}

/** What one check may take, half a second at most: whoever wrote the schema decides how long its patterns take. */
const MAX_STEPS = 50_000_000;
/** The longest that all checks of a flow may take. */
const MAX_TOTAL_MS = 3_000;

/**
 * Runs the checks of one flow against the schemas of its modules, each with an end and all of them with one: whoever wrote the schemas decides how long
 * their patterns take, and whoever wrote the flow how often they are asked. What is not checked is said once, with its place.
 */
export class SchemaChecks {
  readonly #diagnostics: Diagnostics;
  /** Schemas whose check did not end in time: not tried a second time, a flow may have thousands of steps. */
  readonly #slow = new WeakSet<JsonSchema>();
  #leftMs = MAX_TOTAL_MS;
  #isOver = false;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  run(checks: readonly SchemaCheck[]): void {
    for (const check of checks) {
      if (this.#leftMs <= 0) {
        this.#end(check);
        return;
      }
      if (!this.#slow.has(check.schema)) this.#runOne(check);
    }
  }

  #runOne({ schema, module, range, run }: SchemaCheck): void {
    const startedAt = performance.now();
    try {
      boundedRun(run, MAX_STEPS, (reason, cause) => new PhlowError('PHLOW_FLOW_INVALID', reason, { cause }));
    } catch (error) {
      this.#slow.add(schema);
      const message = `Cannot check what goes to module "${module}": ${messageOf(error)}; a pattern in its manifest may never end`;
      this.#diagnostics.warning(message, range);
    } finally {
      this.#leftMs -= performance.now() - startedAt;
    }
  }

  #end({ range }: SchemaCheck): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const message = `Cannot check what goes to modules from here on: the checks took longer than ${MAX_TOTAL_MS} ms in all; simplify the manifests of the modules, or check parts of the flow`;
    this.#diagnostics.warning(message, range);
  }
}
