import type { Call } from '../syntax/ast.js';
import { functionNotFound } from '../builtins/not-found.js';
import { isGiven } from './compile-variables.js';
import { MODE, type Compiler } from './compiler.js';
import { Fn } from '../values/fn.js';
import { ExitSignal, type Code } from '../interpreter/frame.js';
import { throughBuiltin } from './invoke.js';
import { ScriptError } from '../script-error.js';
import { ScriptSyntaxError } from '../syntax/syntax-error.js';
import type { PhsValue } from '../values/value.js';

type SpecialForm = (compiler: Compiler, node: Call) => Code;

/** A form that only needs the values of its arguments; `apply` gives undefined for arguments it does not take. */
function onValues(
  apply: (args: readonly PhsValue[], run: Parameters<Code>[0]['run']) => PhsValue | undefined,
): SpecialForm {
  return (compiler, node) => {
    const args = node.args.map((arg) => compiler.compile(arg, MODE.keep));
    const { name, at } = node;
    return (frame) => {
      const values = args.map((arg) => arg(frame));
      try {
        const result = apply(values, frame.run);
        if (result === undefined) throw functionNotFound(name, values);
        return result;
      } catch (error) {
        throw throughBuiltin(error, at, name.length);
      }
    };
  };
}

const isDefinedVariable: SpecialForm = (compiler, node) => {
  const arg = node.args[0];
  const known = [...compiler.scope.names(), ...(compiler.scope.seesHost ? ['main', 'payload', 'input'] : [])];
  const seesHost = compiler.scope.seesHost;
  // A name in the text counts as a use: a closure must capture it to know it.
  if (arg?.type === 'literal' && typeof arg.value === 'string') compiler.scope.resolve(arg.value);
  return onValues(([name, ...rest]) => {
    if (typeof name !== 'string' || rest.length > 0) return undefined;
    return known.includes(name) || (seesHost && isGiven(compiler, name));
  })(compiler, node);
};

/** True for a variable that a closure uses too. */
const isShared: SpecialForm = (compiler, node) => {
  const [arg] = node.args;
  const binding = arg?.type === 'name' ? compiler.scope.resolve(arg.name) : undefined;
  const shared = binding !== undefined && binding.where !== 'local';
  return onValues((args) => (args.length === 1 ? shared : undefined))(compiler, node);
};

/** What it costs to compile one character, in steps. */
const COMPILING = 20;

/** Runs text as a part of the script: it sees the variables around the call, and nothing more than any other code. */
const evaluate: SpecialForm = (compiler, node) => {
  const scope = compiler.scope.snapshot();
  const [arg] = node.args;
  const code: Code = arg === undefined ? () => null : compiler.compile(arg, MODE.look);
  const { at } = node;
  return (frame) => {
    const text = code(frame);
    if (typeof text !== 'string' || node.args.length !== 1) {
      throw functionNotFound('eval', [text]).at(at, 4);
    }
    frame.run.enter();
    try {
      frame.run.charge(COMPILING * (text.length + 8));
      return compiler.text(text, scope)(frame);
    } catch (error) {
      if (error instanceof ScriptSyntaxError) throw evaluationFailed(error).at(at, 4);
      // What it says about places is about the text, which is nowhere to be seen.
      if (error instanceof ScriptError) error.offset = at;
      throw error;
    } finally {
      frame.run.leave();
    }
  };
};

function evaluationFailed(error: ScriptSyntaxError): ScriptError {
  return error.isLimit ? ScriptError.limit(error.message) : new ScriptError('ErrorParsing', error.message);
}

/** What looks like a function but takes any number of arguments, or looks at the script instead of values. */
export const SPECIAL_FORMS: ReadonlyMap<string, SpecialForm> = new Map<string, SpecialForm>([
  [
    'Fn',
    onValues(([name, ...rest]) => (typeof name === 'string' && rest.length === 0 ? new Fn(name) : undefined)),
  ],
  ['call', onValues(([fn, ...args], run) => (fn instanceof Fn ? run.call(fn, args) : undefined))],
  ['curry', onValues(([fn, ...args]) => (fn instanceof Fn ? fn.curry(args) : undefined))],
  [
    'exit',
    onValues((args) => {
      if (args.length > 1) return undefined;
      throw new ExitSignal(args[0] ?? null);
    }),
  ],
  [
    'is_def_fn',
    onValues(([name, arity, ...rest], run) => {
      if (typeof name !== 'string' || typeof arity !== 'number' || rest.length > 0) return undefined;
      return run.defines(name, arity);
    }),
  ],
  ['is_def_var', isDefinedVariable],
  ['is_shared', isShared],
  ['eval', evaluate],
]);
