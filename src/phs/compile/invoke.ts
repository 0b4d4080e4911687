import { BUILTINS } from '../builtins/table.js';
import { functionNotFound } from '../builtins/not-found.js';
import { select, type Overloads, type Ref } from '../builtins/registry.js';
import { functionKey, type CompiledFn } from './compiler.js';
import type { Fn } from '../values/fn.js';
import { Cell, Frame, JUMP } from '../interpreter/frame.js';
import { ownedValue } from './place.js';
import { placed } from '../interpreter/placed.js';
import type { Calls, Run } from '../interpreter/run.js';
import { ScriptError } from '../script-error.js';
import type { PhsValue } from '../values/value.js';

/** Runs a function body on exactly as many arguments as it has parameters. */
function invoke(
  run: Run,
  body: CompiledFn,
  args: readonly PhsValue[],
  captured: readonly Cell[],
  self: Ref | undefined,
): PhsValue {
  run.enter();
  try {
    const locals: unknown[] = [];
    for (let i = 0; i < body.arity; i++) locals.push(args[i] ?? null);
    for (let i = body.arity; i < body.localCount; i++) locals.push(null);
    for (const index of body.cells) locals[index] = new Cell(args[index] ?? null);
    const frame = new Frame(run, run.scope, locals, captured, self);
    const value = body.code(frame);
    return frame.jump === JUMP.return ? frame.result : value;
  } finally {
    run.leave();
  }
}

/** Adds a call to the trace of an error that passes through it. To be thrown. */
function passing(error: unknown, text: string, at: number): unknown {
  if (error instanceof ScriptError) error.calls.push({ text, offset: at });
  return error;
}

const NO_CELLS: readonly Cell[] = [];

/** Calls a named function of the script. */
export function callDefined(
  run: Run,
  body: CompiledFn,
  args: readonly PhsValue[],
  self: Ref | undefined,
  at: number,
  captured: readonly Cell[] = NO_CELLS,
): PhsValue {
  try {
    return invoke(run, body, args, captured, self);
  } catch (error) {
    throw passing(error, `in call to function '${body.name}'`, at);
  }
}

/** True for bodies that this compiler made; others do not exist, but the type of `Fn` does not know. */
function isCompiled(body: Fn['body']): body is CompiledFn {
  return body !== undefined && 'code' in body;
}

/** How builtins and scripts call function values, given the named functions of the script. */
export function callsOf(functions: ReadonlyMap<string, CompiledFn>): Calls {
  return functions.size === 0 ? NO_CALLS : makeCalls(functions);
}

function makeCalls(functions: ReadonlyMap<string, CompiledFn>): Calls {
  const arities = (name: string): number[] =>
    [...functions.values()].filter((fn) => fn.name === name).map((fn) => fn.arity);
  return {
    call(run, fn, given, self) {
      const args = fn.fixed.length === 0 ? given : [...fn.fixed, ...given];
      if (isCompiled(fn.body)) {
        if (args.length !== fn.body.arity) throw functionNotFound(fn.name, args);
        try {
          return invoke(run, fn.body, args, fn.captured as readonly Cell[], self);
        } catch (error) {
          throw passing(error, 'in closure call', -1);
        }
      }
      const defined = functions.get(functionKey(fn.name, args.length));
      if (defined !== undefined) return callDefined(run, defined, args, self, -1);
      return callBuiltin(run, fn.name, BUILTINS.overloads(fn.name, args.length), args);
    },
    arityOf(fn) {
      if (isCompiled(fn.body)) return fn.body.arity - fn.fixed.length;
      const defined = arities(fn.name);
      const known = defined.length > 0 ? defined : BUILTINS.arities(fn.name);
      return known.length === 1 ? (known[0] ?? 0) - fn.fixed.length : undefined;
    },
    defines: (name, arity) => functions.has(functionKey(name, arity)),
  };
}

/** Of all scripts that define no functions. */
const NO_CALLS = makeCalls(new Map());

/** Calls a builtin on values that stand nowhere: a mutator changes a copy. */
export function callBuiltin(
  run: Run,
  name: string,
  overloads: Overloads,
  args: readonly PhsValue[],
): PhsValue {
  const [a, b, c, d] = args;
  const builtin = select(overloads, a, b, c, d);
  run.charge(builtin?.cost ?? 1);
  if (builtin === undefined) throw functionNotFound(name, args, BUILTINS.names());
  if (builtin.mutates) {
    for (const arg of args) run.share(arg);
    const result = builtin.apply(run, ownedValue(run, a), b, c, d);
    run.takeReplacement();
    return result;
  }
  const result = builtin.apply(run, a, b, c, d);
  // The result may be an argument, or hold parts of one: both are referred to twice now.
  if (typeof result === 'object' && result !== null) for (const arg of args) run.share(arg);
  return result;
}

/** An error that leaves a call made by a builtin: the calls below it get the place of the builtin's own call. To be thrown. */
export function throughBuiltin(error: unknown, at: number, width: number): unknown {
  if (error instanceof ScriptError) {
    error.calls.forEach((call, i) => {
      if (call.offset < 0) error.calls[i] = { text: call.text, offset: at };
    });
  }
  return placed(error, at, width);
}
