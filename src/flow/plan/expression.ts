import type { Scope } from '../../phs/interpreter/scope.js';
import type { Stoppable, UnknownName } from '../../phs/program.js';
import type { PhsValue } from '../../phs/values/value.js';
import type { Value } from '../../values.js';

/** Calls a module on behalf of an expression. */
export type ExpressionCall = (name: string, input: Value) => Promise<Value>;

/** A compiled value of a flow file: code leaves are computed, everything else is as it stands. */
export interface Expression {
  /** True when it calls modules, so that only `evaluateAsync` will do. */
  readonly isAsync: boolean;
  /** The names in its code that no variable has. */
  unknownNames(): readonly UnknownName[];
  evaluate(scope: Scope): PhsValue;
  evaluateAsync(scope: Scope, call: ExpressionCall, signal: Stoppable | undefined): Promise<PhsValue>;
}
