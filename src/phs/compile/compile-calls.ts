import type { Call, Closure, Invoke, MethodCall, Node, Qualified } from '../syntax/ast.js';
import { functionNotFound } from '../builtins/not-found.js';
import { select, type Overloads, type Ref } from '../builtins/registry.js';
import { BUILTINS } from '../builtins/table.js';
import { SKIPPED } from './compile-access.js';
import { compileCapturing } from './compile-capturing.js';
import { compileModuleCall } from './compile-module-call.js';
import { operandMode } from './compile-operators.js';
import { SPECIAL_FORMS } from './compile-special.js';
import { cellAt, variableOf } from './compile-variables.js';
import { MODE, functionKey, type CompiledFn, type Compiler, type Mode } from './compiler.js';
import { Fn } from '../values/fn.js';
import type { Cell, Code, Frame } from '../interpreter/frame.js';
import { callBuiltin, callDefined, throughBuiltin } from './invoke.js';
import {
  changePlace,
  keysOf,
  ownedValue,
  placeOf,
  readPlace,
  refTo,
  refToValue,
  type Place,
} from './place.js';
import { ScriptError } from '../script-error.js';
import { StaticScope, type Binding } from './static-scope.js';
import { isPhsMap, type PhsValue } from '../values/value.js';

function valuesOf(codes: readonly Code[], frame: Frame): PhsValue[] {
  const values: PhsValue[] = [];
  for (const code of codes) values.push(code(frame));
  return values;
}

function compileAll(compiler: Compiler, nodes: readonly Node[], mode?: Mode): Code[] {
  return nodes.map((node, i) => compiler.compile(node, mode ?? operandMode(...nodes.slice(i + 1))));
}

/** `f(a, b)`: a form of the language, a function of the script, a module, a variable that holds a function, a builtin. */
export function compileCall(compiler: Compiler, node: Call): Code {
  const { name, at } = node;
  const defined = compiler.functions.get(functionKey(name, node.args.length));
  if (node.isCapturing && (defined !== undefined || name === 'call')) return compileCapturing(compiler, node);
  if (defined !== undefined) {
    const args = compileAll(compiler, node.args, MODE.keep);
    return (frame) => callDefined(frame.run, defined, valuesOf(args, frame), undefined, at);
  }
  const special = SPECIAL_FORMS.get(name);
  if (special !== undefined) return special(compiler, node);
  const signature = compiler.modules.get(name);
  if (signature !== undefined) return compileModuleCall(compiler, node, signature);
  const binding = compiler.scope.resolve(name);
  return binding === undefined ? compileNative(compiler, node) : callVariable(compiler, node, binding);
}

/** A variable of that name is called when it holds a function; otherwise it stands in no builtin's way. */
function callVariable(compiler: Compiler, node: Call, binding: Binding): Code {
  const { read } = variableOf(binding);
  const { name, at } = node;
  const overloads = BUILTINS.overloads(name, node.args.length);
  const args = compileAll(compiler, node.args, MODE.keep);
  return (frame) => {
    const fn = read(frame);
    const values = valuesOf(args, frame);
    if (fn instanceof Fn) return callValue(frame, fn, values, undefined, at, name.length);
    return native(frame, name, overloads, values, at);
  };
}

function native(
  frame: Frame,
  name: string,
  overloads: Overloads,
  values: readonly PhsValue[],
  at: number,
): PhsValue {
  try {
    return callBuiltin(frame.run, name, overloads, values);
  } catch (error) {
    throw throughBuiltin(error, at, name.length);
  }
}

function callValue(
  frame: Frame,
  fn: Fn,
  args: readonly PhsValue[],
  self: Ref | undefined,
  at: number,
  width: number,
): PhsValue {
  try {
    return frame.run.call(fn, args, self);
  } catch (error) {
    throw throughBuiltin(error, at, width);
  }
}

/** A builtin in function style: a plain variable as first argument is changed by a mutator, anything else is copied. */
function compileNative(compiler: Compiler, node: Call): Code {
  const { name, at } = node;
  const overloads = BUILTINS.overloads(name, node.args.length);
  const [receiver] = node.args;
  if (overloads.some((overload) => overload.mutates) && receiver?.type === 'name') {
    const place = placeOf(compiler, receiver);
    if (place !== undefined && place.constant === undefined) {
      const rest = compileAll(compiler, node.args.slice(1), MODE.keep);
      return (frame) =>
        callOnPlace(frame, { name, at, overloads, place }, [], place.read(frame), valuesOf(rest, frame));
    }
  }
  const args = compileAll(compiler, node.args);
  return (frame) => native(frame, name, overloads, valuesOf(args, frame), at);
}

/** A call of a builtin whose receiver stands at a place. */
interface PlaceCall {
  readonly name: string;
  readonly at: number;
  readonly overloads: Overloads;
  readonly place: Place;
}

function callOnPlace(
  frame: Frame,
  call: PlaceCall,
  keys: readonly PhsValue[],
  receiver: PhsValue,
  args: readonly PhsValue[],
): PhsValue {
  const { place, name, at } = call;
  const [b, c, d] = args;
  try {
    const builtin = select(call.overloads, receiver, b, c, d);
    if (builtin?.mutates !== true || (place.constant !== undefined && builtin.sparesConstants)) {
      return callBuiltin(frame.run, name, call.overloads, [receiver, ...args]);
    }
    frame.run.charge(builtin.cost);
    if (place.constant !== undefined) {
      throw new ScriptError(
        'ErrorNonPureMethodCallOnConstant',
        `Non-pure method '${name}' cannot be called on constant`,
        { facts: { function: name } },
      );
    }
    if (place.steps.length === 0) {
      const own = ownedValue(frame.run, receiver);
      const result = builtin.apply(frame.run, own, b, c, d);
      const replacement = frame.run.takeReplacement();
      const after = replacement === undefined ? own : replacement.value;
      if (after !== receiver) place.write(frame, after);
      return result;
    }
    let result: PhsValue = null;
    changePlace(frame, place, keys, false, (leaf) => {
      const own = ownedValue(frame.run, leaf);
      result = builtin.apply(frame.run, own, b, c, d);
      const replacement = frame.run.takeReplacement();
      return replacement === undefined ? own : replacement.value;
    });
    return result;
  } catch (error) {
    throw throughBuiltin(error, at, name.length);
  }
}

/** `x.f(a)`: a function in the map x, a method of function values, a function of the script with `this`, a builtin on x. */
export function compileMethod(compiler: Compiler, node: MethodCall, makeTarget: () => Code): Code {
  const { name, at } = node;
  const defined = compiler.functions.get(functionKey(name, node.args.length));
  const overloads = BUILTINS.overloads(name, node.args.length + 1);
  const mutates = overloads.some((overload) => overload.mutates);
  if (mutates || defined !== undefined) {
    const place = placeOf(compiler, node.target);
    if (place !== undefined) {
      const args = compileAll(compiler, node.args, MODE.keep);
      return compileOnPlace({ name, at, overloads, place }, defined, args, node.optional);
    }
  }
  const target = makeTarget();
  const args = compileAll(compiler, node.args, defined !== undefined || mutates ? MODE.keep : undefined);
  // Only to bind `this`, and only where finding the place again runs no code.
  const place = isPlainPath(node.target) ? placeOf(compiler, node.target) : undefined;
  return (frame) => {
    const receiver = target(frame);
    const values = valuesOf(args, frame);
    const fn = ownFunction(receiver, name);
    if (fn !== undefined) {
      const self = place === undefined ? refToValue(receiver) : refTo(frame, place, keysOf(place, frame));
      return callValue(frame, fn, values, self, at, name.length);
    }
    if (defined !== undefined) return callDefined(frame.run, defined, values, refToValue(receiver), at);
    if (receiver instanceof Fn && name === 'call')
      return callValue(frame, receiver, values, undefined, at, name.length);
    if (receiver instanceof Fn && name === 'curry') return receiver.curry(values);
    const [given, ...rest] = values;
    if (name === 'call' && given instanceof Fn) {
      const self = place === undefined ? refToValue(receiver) : refTo(frame, place, keysOf(place, frame));
      return callValue(frame, given, rest, self, at, name.length);
    }
    return native(frame, name, overloads, [receiver, ...values], at);
  };
}

/** True for a variable or its properties: a place without indexes to compute. */
function isPlainPath(node: Node): boolean {
  return node.type === 'property' ? isPlainPath(node.target) : node.type === 'name' || node.type === 'this';
}

/** The function that a map has under a name, if it has one. */
function ownFunction(receiver: PhsValue, name: string): Fn | undefined {
  if (!isPhsMap(receiver) || !Object.hasOwn(receiver, name)) return undefined;
  const value = receiver[name];
  return value instanceof Fn ? value : undefined;
}

function compileOnPlace(
  call: PlaceCall,
  defined: CompiledFn | undefined,
  args: readonly Code[],
  optional: boolean,
): Code {
  const { place, name, at } = call;
  return (frame) => {
    const keys = keysOf(place, frame);
    const receiver = readPlace(frame, place, keys);
    if (receiver === SKIPPED || (optional && (receiver ?? null) === null)) return SKIPPED;
    const values = valuesOf(args, frame);
    const fn = ownFunction(receiver, name);
    if (fn !== undefined) return callValue(frame, fn, values, refTo(frame, place, keys), at, name.length);
    if (defined !== undefined) return callDefined(frame.run, defined, values, refTo(frame, place, keys), at);
    return callOnPlace(frame, call, keys, readPlace(frame, place, keys), values);
  };
}

/** A call of what an expression gives. */
export function compileInvoke(compiler: Compiler, node: Invoke): Code {
  const callee = compiler.compile(node.callee, MODE.look);
  const args = compileAll(compiler, node.args, MODE.keep);
  const { at } = node;
  return (frame) => {
    const fn = callee(frame);
    if (!(fn instanceof Fn)) {
      throw functionNotFound('call', [fn, ...valuesOf(args, frame)]).at(at);
    }
    return callValue(frame, fn, valuesOf(args, frame), undefined, at, 1);
  };
}

/** `|a, b| …`: takes over the cells of the variables it uses. */
export function compileClosure(compiler: Compiler, node: Closure): Code {
  const scope = new StaticScope('closure', compiler.shared, compiler.scope);
  const name = `anon$${(compiler.closures++).toString(16).padStart(8, '0')}`;
  const body: CompiledFn = {
    name,
    arity: node.parameters.length,
    code: () => null,
    localCount: 0,
    cells: [],
  };
  const outerMissing = compiler.missing;
  compiler.missing = [];
  compiler.functionBody(body, scope, node.parameters, node.body);
  const { missing } = compiler;
  compiler.missing = outerMissing;
  const captures = scope.captures.map(cellReader);
  const [first] = missing;
  return (frame) => {
    if (first !== undefined) {
      const { facts, hint, offset = 0, width } = first;
      throw new ScriptError(first.kind, first.message, { facts, hint }).at(offset, width);
    }
    return new Fn(
      name,
      body,
      captures.map((read) => read(frame)),
    );
  };
}

/** How the closure's maker reaches a cell that the closure takes over. */
function cellReader({ where, index }: Binding): (frame: Frame) => Cell {
  return where === 'captured' ? (frame) => cellAt(frame, index) : (frame) => frame.locals[index] as Cell;
}

/** `global::X`, or a function of an imported module, which there is none of. */
export function compileQualified(node: Qualified): Code {
  const { space, name, at } = node;
  if (space === 'global' && node.args === undefined) {
    return (frame) => {
      if (frame.run.globals.has(name)) return frame.run.globals.get(name);
      throw new ScriptError('ErrorVariableNotFound', `Variable not found: global::${name}`, {
        facts: { variable: `global::${name}` },
      }).at(at, name.length + 8);
    };
  }
  return () => {
    throw new ScriptError('ErrorModuleNotFound', `Module not found: ${space}`).at(at, space.length);
  };
}
