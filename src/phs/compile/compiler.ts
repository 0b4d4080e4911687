import type { FunctionDefinition, Node } from '../syntax/ast.js';
import type { Code, Frame } from '../interpreter/frame.js';
import type { FnBody } from '../values/fn.js';
import type { Limits } from '../limits.js';
import type { ScriptError } from '../script-error.js';
import type { StaticScope } from './static-scope.js';

/** A module that expressions can call: the names of its input's properties, in order. */
export interface ModuleSignature {
  readonly parameters: readonly { readonly name: string; readonly deprecated?: boolean }[];
}

/** What surrounds a node, as bits. */
export const MODE = {
  /** The value is only looked at and dropped. */
  look: 0,
  /** The value is kept somewhere: what it refers to is referred to twice from then on. */
  keep: 1,
  /** A statement of a loop body, so that `break` can be a signal. */
  loopSignal: 2,
  /** A statement of a function body or of the script, so that `return` can be a signal. */
  returnSignal: 4,
} as const;
/** A sum of modes. */
export type Mode = number;

/** A function body while and after it is compiled; calls of it may be compiled before its code is. */
export interface CompiledFn extends FnBody {
  code: Code;
  localCount: number;
  /** Parameters that closures share. */
  cells: readonly number[];
}

/** What the parts of the compiler know of each other. */
export interface Compiler {
  /** The text that is being compiled. */
  readonly code: string;
  readonly limits: Limits;
  readonly modules: ReadonlyMap<string, ModuleSignature>;
  /** Names of further variables that the host gives. */
  readonly locals: ReadonlySet<string>;
  /** The named functions of the script, by `name/arity`. */
  readonly functions: ReadonlyMap<string, CompiledFn>;
  /** What they were made of. */
  readonly definitions: ReadonlyMap<string, FunctionDefinition>;
  /** Names that mean nothing where they stand; a closure fails for them when it is made. */
  missing: ScriptError[];
  /** All such names of the script. */
  readonly unknown: ScriptError[];
  /** Names of variables that closures share; see StaticScope. */
  readonly shared: ReadonlySet<string>;
  /** How many closures the script has so far; their names come from it. */
  closures: number;
  /** The scope that is being compiled. */
  scope: StaticScope;
  /** Counts the signals compiled so far, so that a block can tell which of its statements may jump. */
  signals: number;
  /** Counts the jumps out of expressions compiled so far, so that loops and functions can tell whether to catch them. */
  throws: number;
  compile(node: Node, mode: Mode): Code;
  /** Compiles a function body in a scope of its own. */
  functionBody(fn: CompiledFn, scope: StaticScope, parameters: readonly string[], body: Node): void;
  /** Compiles text that a script made, to run in the frame it was made in. */
  text(code: string, scope: StaticScope): (frame: Frame) => ReturnType<Code>;
}

/** A script ready to run. */
export interface CompiledScript {
  readonly body: CompiledFn;
  readonly functions: ReadonlyMap<string, CompiledFn>;
  readonly isAsync: boolean;
  /** The errors that names will make that mean nothing where they stand, should they be reached. */
  readonly unknown: readonly ScriptError[];
}

/** How functions are told apart: by name and number of parameters. */
export function functionKey(name: string, arity: number): string {
  return `${name}/${arity}`;
}
