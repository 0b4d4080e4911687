import type { PhsValue } from './values/value.js';

/** The `error` entry of what `catch (e)` receives, as the original names it (docs/spec/phs.md 5.6). */
export type ScriptErrorKind =
  | 'ErrorVariableNotFound'
  | 'ErrorFunctionNotFound'
  | 'ErrorModuleNotFound'
  | 'ErrorPropertyNotFound'
  | 'ErrorIndexNotFound'
  | 'ErrorIndexingType'
  | 'ErrorArrayBounds'
  | 'ErrorStringBounds'
  | 'ErrorBitFieldBounds'
  | 'ErrorMismatchDataType'
  | 'ErrorArithmetic'
  | 'ErrorAssignmentToConstant'
  | 'ErrorNonPureMethodCallOnConstant'
  | 'ErrorDotExpr'
  | 'ErrorFor'
  | 'ErrorUnboundThis'
  | 'ErrorParsing'
  | 'ErrorModuleCall'
  | 'ErrorRuntime'
  | 'ErrorLimit';

/** Facts about an error for `catch (e)`: `variable`, `function`, `index` and the like. */
export type ScriptErrorFacts = Readonly<Record<string, PhsValue>>;

/**
 * An error inside a script, before the program it happened in has said where. `message` has no position; the code that knows the
 * place sets `offset` once. Thrown values travel in `thrown`.
 */
export class ScriptError extends Error {
  readonly kind: ScriptErrorKind;
  readonly facts: ScriptErrorFacts;
  /** Where in the code, in UTF-16 units. */
  offset: number | undefined;
  /** How many characters the caret line underlines. */
  width = 1;
  /** Finds ` Did you mean …?`: asked only when the error is shown, since scripts may fail and catch in a loop. */
  readonly hint: (() => string) | undefined;
  /** The calls that led here, innermost first. */
  readonly calls: { readonly text: string; readonly offset: number }[] = [];
  /** What `throw` threw. */
  readonly thrown: { readonly value: PhsValue } | undefined;

  constructor(
    kind: ScriptErrorKind,
    message: string,
    options: {
      facts?: ScriptErrorFacts;
      thrown?: { value: PhsValue };
      cause?: unknown;
      hint?: (() => string) | undefined;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.facts = options.facts ?? {};
    this.thrown = options.thrown;
    this.hint = options.hint;
  }

  /** Something that exceeded a limit; `try` does not catch it. */
  static limit(message: string): ScriptError {
    return new ScriptError('ErrorLimit', message);
  }

  /** Says where, unless that is known already. */
  at(offset: number, width = 1): this {
    if (this.offset === undefined) {
      this.offset = offset;
      this.width = width;
    }
    return this;
  }
}
