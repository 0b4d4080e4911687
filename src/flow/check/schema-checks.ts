import { boundedRun } from '../../manifest/bounded-run.js';
import { messageOf, PhlowError } from '../../errors.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import type { Findings } from '../findings.js';
import type { Spot } from '../source/source-file.js';

/** One check of what a flow says against the schema of a module. */
export interface SchemaCheck {
  readonly schema: JsonSchema;
  /** The module and the place, for the warning that it cannot be checked. */
  readonly module: string;
  readonly spot: Spot | undefined;
  /** Reports what it finds by itself. */
  readonly run: () => void;
}

/** The longest that one check may take, in milliseconds. Compiling the schema is part of it, on a machine that may be busy. */
const MAX_CHECK_MS = 2_000;
/** The longest that all checks of a flow may take. */
const MAX_TOTAL_MS = 6_000;
/** Checks that run in one go: starting the clock that ends them takes longer than most of them. */
const BATCH_MS = 100;

/**
 * Runs the checks of one flow against the schemas of its modules, each with an end and all of them with one: whoever wrote the schemas decides how long
 * their patterns take, and whoever wrote the flow how often they are asked. What is not checked is said once, with its place.
 */
export class SchemaChecks {
  readonly #findings: Findings;
  /** Schemas whose check did not end in time: not tried a second time, a flow may have thousands of steps. */
  readonly #slow = new WeakSet<JsonSchema>();
  #leftMs = MAX_TOTAL_MS;
  #isOver = false;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  run(checks: readonly SchemaCheck[]): void {
    const left = checks[Symbol.iterator]();
    let current = left.next().value;
    while (current !== undefined) {
      if (this.#leftMs <= 0) {
        this.#end(current);
        return;
      }
      const startedAt = performance.now();
      try {
        boundedRun(
          () => {
            while (current !== undefined && performance.now() - startedAt < BATCH_MS) {
              if (!this.#slow.has(current.schema)) current.run();
              current = left.next().value;
            }
          },
          Math.ceil(Math.min(MAX_CHECK_MS, this.#leftMs)),
          (reason, cause) => new PhlowError('PHLOW_FLOW_INVALID', reason, { cause }),
        );
      } catch (error) {
        this.#slow.add(current.schema);
        const message = `Cannot check what goes to module "${current.module}": ${messageOf(error)}; a pattern in its manifest may never end`;
        this.#findings.warning(message, current.spot);
        current = left.next().value;
      } finally {
        this.#leftMs -= performance.now() - startedAt;
      }
    }
  }

  #end({ spot }: SchemaCheck): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const message = `Cannot check what goes to modules from here on: the checks took longer than ${MAX_TOTAL_MS} ms in all; simplify the manifests of the modules, or check parts of the flow`;
    this.#findings.warning(message, spot);
  }
}
