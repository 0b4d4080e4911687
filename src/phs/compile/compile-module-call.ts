import { messageOf } from '../../errors.js';
import { isMap, type Value } from '../../values.js';
import type { Call } from '../syntax/ast.js';
import { functionNotFound } from '../builtins/not-found.js';
import { MODE, type Compiler, type ModuleSignature } from './compiler.js';
import { setEntry } from '../values/entries.js';
import type { Code } from '../interpreter/frame.js';
import { placed } from '../interpreter/placed.js';
import { ScriptError } from '../script-error.js';
import { toValue, type PhsValue } from '../values/value.js';

/** A call of a module: its reply is the value, its fault is thrown. */
export function compileModuleCall(compiler: Compiler, node: Call, signature: ModuleSignature): Code {
  const args = node.args.map((arg) => compiler.compile(arg, MODE.keep));
  const { name, at } = node;
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    try {
      frame.run.charge(1);
      const outcome = frame.run.recording.reply(name, () => inputOf(name, signature, values));
      if ('value' in outcome) return outcome.value;
      throw new ScriptError('ErrorModuleCall', `Error: ${messageOf(outcome.error)}`, {
        cause: outcome.error,
        facts: { module: name },
      });
    } catch (error) {
      throw placed(error, at, name.length);
    }
  };
}

/**
 * The input that positional arguments stand for: in the order of the manifest's input properties, without deprecated ones unless
 * there is an argument for each. A single object is the whole input, and so is the single argument of a module without parameters.
 */
function inputOf(name: string, signature: ModuleSignature, args: readonly PhsValue[]): Value {
  // What exists only inside a script reaches no module.
  const values = args.map((arg) => toValue(arg, () => null));
  const [first] = values;
  if (values.length === 1 && (signature.parameters.length === 0 || isMap(first))) return first;
  const current = signature.parameters.filter((parameter) => parameter.deprecated !== true);
  const parameters = values.length > current.length ? signature.parameters : current;
  if (values.length > parameters.length) throw functionNotFound(name, args, [], takesText(name, parameters));
  const input: Record<string, Value> = {};
  values.forEach((value, i) => {
    const parameter = parameters[i];
    if (parameter !== undefined) setEntry(input, parameter.name, value);
  });
  return input;
}

function takesText(name: string, parameters: ModuleSignature['parameters']): string {
  const names = parameters.map((parameter) => parameter.name).join(', ');
  return names === ''
    ? ` The module "${name}" takes one argument.`
    : ` The module "${name}" takes at most ${parameters.length}: ${names}; or one map of them.`;
}
