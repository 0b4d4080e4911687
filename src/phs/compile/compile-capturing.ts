import { functionNotFound } from '../builtins/not-found.js';
import type { Call, FunctionDefinition } from '../syntax/ast.js';
import { Cell, type Code, type Frame } from '../interpreter/frame.js';
import { Fn } from '../values/fn.js';
import type { PhsValue } from '../values/value.js';
import { cellAt } from './compile-variables.js';
import { MODE, functionKey, type CompiledFn, type Compiler } from './compiler.js';
import { callDefined } from './invoke.js';
import { StaticScope, type Binding } from './static-scope.js';

/** What it costs to compile a function once more, in steps. */
const COMPILING = 2_000;

/** A function as it is at one place that calls it with `!`. */
interface Captured {
  readonly body: CompiledFn;
  readonly captures: readonly Binding[];
}

/**
 * `f!(…)` and `call!(f, …)`: the function of the script sees the variables around the call, and changes them. It is compiled once more for each
 * such place, when it is reached: a function may call itself so.
 */
export function compileCapturing(compiler: Compiler, node: Call): Code {
  const around = compiler.scope.snapshot();
  const made = new Map<string, Captured>();
  const args = node.args.map((arg) => compiler.compile(arg, MODE.keep));
  const { name, at } = node;
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    const [fn, ...rest] = values;
    if (name === 'call' && !(fn instanceof Fn)) throw functionNotFound(name, values).at(at, name.length);
    const isValue = name === 'call' && fn instanceof Fn;
    const result = isValue ? called(frame, fn.name, [...fn.fixed, ...rest]) : called(frame, name, values);
    if (result !== undefined) return result;
    if (isValue) return frame.run.call(fn, rest, undefined);
    throw functionNotFound(name, values).at(at, name.length);
  };

  function called(frame: Frame, callee: string, values: readonly PhsValue[]): PhsValue | undefined {
    const key = functionKey(callee, values.length);
    const definition = compiler.definitions.get(key);
    if (definition === undefined) return undefined;
    let captured = made.get(key);
    if (captured === undefined) {
      frame.run.charge(COMPILING);
      made.set(key, (captured = capture(compiler, definition, around)));
    }
    const cells = captured.captures.map((binding) => cellOf(frame, binding));
    return callDefined(frame.run, captured.body, values, undefined, at, cells) ?? null;
  }
}

function capture(
  compiler: Compiler,
  { name, parameters, body }: FunctionDefinition,
  around: StaticScope,
): Captured {
  const scope = new StaticScope('closure', compiler.shared, around);
  const compiled: CompiledFn = { name, arity: parameters.length, code: () => null, localCount: 0, cells: [] };
  compiler.functionBody(compiled, scope, parameters, body);
  return { body: compiled, captures: scope.captures };
}

function cellOf(frame: Frame, { where, index }: Binding): Cell {
  if (where === 'captured') return cellAt(frame, index);
  const held = frame.locals[index];
  // Declared further down, and so not there yet.
  return held instanceof Cell ? held : new Cell((held ?? null) as PhsValue);
}
