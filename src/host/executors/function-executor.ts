import type { OtherModule } from '../../sdk/capabilities.js';
import type { Log } from '../../sdk/context.js';
import type { StandardSchema } from '../../sdk/standard-schema.js';
import { DOWN, opOf, type Batch, type CallRecord } from '../../wire/protocol.js';
import type { ApplicationFunction, Caller, FunctionContext } from '../function-types.js';
import {
  InlineExecutor,
  type InlineBoot,
  type InlineContext,
  type InlinePackage,
} from './inline-executor.js';

/** What a function is, with the validators of its input and its reply. */
export interface FunctionCode {
  readonly handler: ApplicationFunction<never>;
  readonly input?: StandardSchema;
  readonly output?: StandardSchema;
}

/** What a package to a function carries in the place of a payload, of which functions see none. */
interface CallOrigin {
  /** Undefined: the application itself. */
  readonly caller: Caller | undefined;
  readonly deadline: number | undefined;
}

const APPLICATION: Caller = Object.freeze({ kind: 'application', name: undefined });

/** A function of the application as the only instance of a module: it runs in the host's thread, and cannot be ended while it runs. */
export class FunctionExecutor extends InlineExecutor {
  constructor(boot: InlineBoot, { handler, ...validators }: FunctionCode) {
    // What the checks let pass is what the function says that it takes.
    const run = handler as ApplicationFunction<unknown>;
    super(boot, { ...validators, handler: (pkg, context) => run(pkg.input, new FunctionCall(pkg, context)) });
  }

  override post(batch: Batch): void {
    super.post(
      batch.map((value, i) =>
        i % 2 === 1 && opOf(batch[i - 1] as number) === DOWN.callWith
          ? withOrigin(value as CallRecord)
          : value,
      ),
    );
  }
}

/** The payload of a record is its caller, which `FunctionModule` has put there. */
function withOrigin(record: CallRecord): CallRecord {
  const { budgetMs, payload } = record;
  const deadline = budgetMs === undefined ? undefined : Date.now() + budgetMs;
  return { ...record, payload: { caller: payload as Caller | undefined, deadline } satisfies CallOrigin };
}

/** The context of one call. */
class FunctionCall implements FunctionContext {
  readonly caller: Caller;
  readonly deadline: number | undefined;
  readonly traceparent: string | undefined;
  readonly #context: InlineContext;

  constructor({ payload, traceparent }: InlinePackage, context: InlineContext) {
    const { caller, deadline }: Partial<CallOrigin> = (payload as CallOrigin | undefined) ?? {};
    this.caller = caller ?? APPLICATION;
    this.deadline = deadline;
    this.traceparent = traceparent;
    this.#context = context;
  }

  get name(): string {
    return this.#context.name;
  }
  get signal(): AbortSignal {
    return this.#context.signal;
  }
  get log(): Log {
    return this.#context.log;
  }
  /** A function of its own, not a method: functions take members out of their context. */
  get module(): (name: string) => OtherModule {
    return this.#context.module;
  }
}
