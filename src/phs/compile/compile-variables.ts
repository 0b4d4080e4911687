import { didYouMean } from '../../nearest.js';
import type { Name, Node, This } from '../syntax/ast.js';
import { MODE, type Compiler, type Mode } from './compiler.js';
import { getEntry } from '../values/entries.js';
import { Fn } from '../values/fn.js';
import type { Cell, Code, Frame } from '../interpreter/frame.js';
import type { Scope } from '../interpreter/scope.js';
import { ScriptError } from '../script-error.js';
import type { Binding } from './static-scope.js';
import type { PhsMap, PhsValue } from '../values/value.js';

const NO_LOCALS: PhsMap = {};

/** The variables that every scope has. */
export type HostName = Exclude<keyof Scope, 'locals' | 'stepsInPassing'>;

/** How the variables of the host are read. They are constants all the way down. */
const HOST: Readonly<Record<HostName, Code>> = {
  main: (frame) => frame.scope.main ?? null,
  payload: (frame) => frame.scope.payload ?? null,
  input: (frame) => frame.scope.input ?? null,
  setup: (frame) => frame.scope.setup ?? null,
  steps: (frame) => frame.scope.steps ?? null,
  envs: (frame) => frame.scope.envs ?? null,
  tests: (frame) => frame.scope.tests ?? null,
  run: (frame) => frame.scope.run ?? null,
};

/** The results of earlier steps for code that takes a part of them. Who takes them whole has them copied before the next step adds its own. */
const STEPS_IN_PASSING: Code = (frame) => frame.scope.stepsInPassing ?? frame.scope.steps ?? null;

/** True for the names of the variables that every scope has. */
export function isHostName(name: string): name is HostName {
  return Object.hasOwn(HOST, name);
}

/** True for the names of the variables that the host gives. */
export function isGiven(compiler: Compiler, name: string): boolean {
  return isHostName(name) || compiler.locals.has(name);
}

/** Where a variable is kept: how to read it and how to write to it. */
interface Variable {
  readonly read: Code;
  readonly write: (frame: Frame, value: PhsValue) => void;
  readonly constant: boolean;
}

/** How to reach a variable of the script. What a binding says about its place holds whenever it can be seen, hence the casts. */
export function variableOf(binding: Binding): Variable {
  const { index, isConstant: constant } = binding;
  switch (binding.where) {
    case 'local':
      return {
        read: (frame) => frame.locals[index] as PhsValue,
        write: (frame, value) => {
          frame.locals[index] = value;
        },
        constant,
      };
    case 'cell':
      return {
        read: (frame) => (frame.locals[index] as Cell).value,
        write: (frame, value) => {
          (frame.locals[index] as Cell).value = value;
        },
        constant,
      };
    case 'captured':
      return {
        read: (frame) => cellAt(frame, index).value,
        write: (frame, value) => {
          cellAt(frame, index).value = value;
        },
        constant,
      };
  }
}

/** The cell that a closure took over at `index`. */
export function cellAt(frame: Frame, index: number): Cell {
  return frame.captured[index] as Cell;
}

/** What a name refers to, as long as it is not a variable of the script. */
function otherMeaning(compiler: Compiler, name: string): Code | undefined {
  if (isGiven(compiler, name) && compiler.scope.seesHost) {
    return isHostName(name) ? HOST[name] : (frame) => getEntry(frame.scope.locals ?? NO_LOCALS, name) ?? null;
  }
  for (const { name: defined } of compiler.functions.values()) {
    if (defined === name) return () => new Fn(name);
  }
  return undefined;
}

/** The error for a name that means nothing. */
function variableNotFound(compiler: Compiler, node: Name): ScriptError {
  const known = [
    ...compiler.scope.names(),
    ...(compiler.scope.seesHost ? [...Object.keys(HOST), ...compiler.locals] : []),
    ...[...compiler.functions.values()].map((fn) => fn.name),
  ];
  return new ScriptError('ErrorVariableNotFound', `Variable not found: ${node.name}`, {
    facts: { variable: node.name },
    hint: () => didYouMean(node.name, known),
  }).at(node.at, node.name.length);
}

/** Reads a variable, a host variable, or a function by its name. */
export function compileName(compiler: Compiler, node: Name, mode: Mode): Code {
  const binding = compiler.scope.resolve(node.name);
  if (binding !== undefined) {
    const { read } = variableOf(binding);
    return (mode & MODE.keep) === 0 ? read : (frame) => frame.run.share(read(frame));
  }
  const other = otherMeaning(compiler, node.name);
  if (other !== undefined) return other;
  const missing = variableNotFound(compiler, node);
  compiler.missing.push(missing);
  compiler.unknown.push(missing);
  const { hint } = missing;
  return () => {
    // Made again: an error gathers the calls it passes through.
    throw new ScriptError(missing.kind, missing.message, { facts: missing.facts, hint }).at(
      node.at,
      node.name.length,
    );
  };
}

/** Compiles what a part is taken of, by a key or an index: of `steps` nothing but that part is kept. */
export function compileContainer(compiler: Compiler, node: Node, mode: Mode): Code {
  const isSteps = node.type === 'name' && node.name === 'steps' && compiler.scope.seesHost;
  return isSteps && compiler.scope.resolve(node.name) === undefined
    ? STEPS_IN_PASSING
    : compiler.compile(node, mode);
}

/** `this`: what a method was called on. */
export function compileThis(node: This, mode: Mode): Code {
  return (frame) => {
    const self = selfOf(frame, node.at).get();
    return (mode & MODE.keep) === 0 ? self : frame.run.share(self);
  };
}

/** What `this` is bound to; an error when it is not. */
export function selfOf(frame: Frame, at: number): NonNullable<Frame['self']> {
  if (frame.self === undefined) throw new ScriptError('ErrorUnboundThis', "'this' not bound").at(at, 4);
  return frame.self;
}
