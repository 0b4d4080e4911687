import type { FunctionDefinition, Node } from '../syntax/ast.js';
import { compileLink, indexOf, propertyOf, type LinkCompiler } from './compile-access.js';
import { compileAssign, compileDeclare } from './compile-assign.js';
import {
  compileCall,
  compileClosure,
  compileInvoke,
  compileMethod,
  compileQualified,
} from './compile-calls.js';
import {
  compileBlock,
  compileFor,
  compileIf,
  compileImport,
  compileJump,
  compileLoop,
  compileStatements,
  compileTry,
} from './compile-control.js';
import { compileArray, compileObject, compileRange, compileTemplateText } from './compile-literals.js';
import { compileBinary, compileConditional, compileUnary } from './compile-operators.js';
import { compileSwitch } from './compile-switch.js';
import { compileName, compileThis } from './compile-variables.js';
import {
  MODE,
  functionKey,
  type CompiledFn,
  type CompiledScript,
  type Compiler,
  type Mode,
  type ModuleSignature,
} from './compiler.js';
import { JUMP, JUMP_SIGNAL, type Code } from '../interpreter/frame.js';
import type { Limits } from '../limits.js';
import { parseScript } from '../syntax/parser.js';
import { StaticScope } from './static-scope.js';
import type { ScriptError } from '../script-error.js';
import { ScriptSyntaxError } from '../syntax/syntax-error.js';
import { sharedNames, visit } from '../syntax/walk.js';

/** Only a closure, which starts with a bar, `eval` or a call with `!` can make two functions share a variable. */
const MAY_SHARE = /\||eval|!\s*\(/;
const NO_NAMES: ReadonlySet<string> = new Set();
/** What most scripts define. A map for each of them would be the largest part of many an expression. */
const NO_FUNCTIONS: ReadonlyMap<string, CompiledFn> = new Map();
const NO_DEFINITIONS: ReadonlyMap<string, FunctionDefinition> = new Map();
const NO_CELLS: readonly number[] = [];
const NO_ERRORS: readonly ScriptError[] = [];

/** Compiles code to closures. Throws ScriptSyntaxError. */
export function compileScript(
  code: string,
  limits: Limits,
  modules: ReadonlyMap<string, ModuleSignature>,
  locals: ReadonlySet<string>,
): CompiledScript {
  if (code.length > limits.codeLength) {
    throw new ScriptSyntaxError(
      `Cannot compile the code: longer than ${limits.codeLength} characters`,
      0,
      1,
      true,
    );
  }
  const script = parseScript(code, limits);
  const bodies = [...script.body, ...script.functions.map((fn) => fn.body)];
  const functions = script.functions.length === 0 ? NO_FUNCTIONS : emptyFunctions(script.functions);
  const definitions =
    script.functions.length === 0
      ? NO_DEFINITIONS
      : new Map(script.functions.map((fn) => [functionKey(fn.name, fn.parameters.length), fn]));
  const parameters = script.functions.flatMap((fn) => fn.parameters);
  const shared = MAY_SHARE.test(code) ? sharedNames(bodies, parameters) : NO_NAMES;
  const scope = new StaticScope('script', shared);
  const compiler = makeCompiler({ code, limits, modules, locals, functions, definitions, scope, shared });
  for (const { name, parameters, body } of script.functions) {
    const fn = functions.get(functionKey(name, parameters.length));
    if (fn !== undefined)
      compiler.functionBody(fn, new StaticScope('function', compiler.shared), parameters, body);
  }
  const main = emptyFn('', 0);
  compiler.functionBody(main, scope, [], { type: 'block', at: 0, body: script.body });
  return {
    body: main,
    functions,
    isAsync: bodies.some((body) => callsModule(body, modules, functions)),
    unknown: compiler.unknown.length === 0 ? NO_ERRORS : compiler.unknown,
  };
}

function emptyFunctions(definitions: readonly FunctionDefinition[]): ReadonlyMap<string, CompiledFn> {
  return new Map(
    definitions.map(({ name, parameters }) => [
      functionKey(name, parameters.length),
      emptyFn(name, parameters.length),
    ]),
  );
}

function emptyFn(name: string, arity: number): CompiledFn {
  return { name, arity, code: () => null, localCount: 0, cells: NO_CELLS };
}

function callsModule(
  body: Node,
  modules: ReadonlyMap<string, ModuleSignature>,
  functions: ReadonlyMap<string, CompiledFn>,
): boolean {
  if (modules.size === 0) return false;
  let calls = false;
  visit(body, (node) => {
    if (node.type !== 'call' || !modules.has(node.name)) return;
    if (!functions.has(functionKey(node.name, node.args.length))) calls = true;
  });
  return calls;
}

function makeCompiler(
  parts: Pick<
    Compiler,
    'code' | 'limits' | 'modules' | 'locals' | 'functions' | 'definitions' | 'scope' | 'shared'
  >,
): Compiler {
  // Field by field: a spread costs more than compiling a short expression does.
  const compiler: Compiler = {
    code: parts.code,
    limits: parts.limits,
    modules: parts.modules,
    locals: parts.locals,
    functions: parts.functions,
    definitions: parts.definitions,
    scope: parts.scope,
    shared: parts.shared,
    missing: [],
    unknown: [],
    closures: 0,
    signals: 0,
    throws: 0,
    compile: (node, mode) => compileNode(compiler, node, mode),
    functionBody: (fn, scope, parameters, body) => compileFunctionBody(compiler, fn, scope, parameters, body),
    text: (code, around) => {
      // A copy of its own: what one text declares is not there for the next.
      const scope = around.snapshot();
      const script = parseScript(code, compiler.limits);
      const [definition] = script.functions;
      if (definition !== undefined)
        throw new ScriptSyntaxError('Cannot define functions in eval', definition.at);
      // Modules are left out: whether a script is asynchronous is known before it runs.
      const inner = makeCompiler({ ...parts, code, modules: new Map(), scope });
      const body = emptyFn('', 0);
      compileFunctionBody(inner, body, scope, [], { type: 'block', at: 0, body: script.body });
      return (frame) => {
        const value = body.code(frame);
        if (frame.jump !== JUMP.return) return value;
        frame.jump = JUMP.none;
        return frame.result;
      };
    },
  };
  return compiler;
}

function compileFunctionBody(
  compiler: Compiler,
  fn: CompiledFn,
  scope: StaticScope,
  parameters: readonly string[],
  body: Node,
): void {
  const { scope: outerScope, signals, throws } = compiler;
  compiler.scope = scope;
  if (parameters.length > 0) {
    const bindings = parameters.map((parameter) => scope.declare(parameter));
    fn.cells = bindings.filter((binding) => binding.where === 'cell').map((binding) => binding.index);
  }
  compiler.throws = 0;
  const mode = MODE.keep | MODE.returnSignal;
  const code =
    body.type === 'block' ? compileStatements(compiler, body.body, mode) : compiler.compile(body, mode);
  fn.code = compiler.throws === 0 ? code : catchingReturn(code);
  fn.localCount = scope.localCount;
  compiler.scope = outerScope;
  compiler.signals = signals;
  compiler.throws = throws;
}

/** Stops a return that was thrown out of the middle of an expression. */
function catchingReturn(code: Code): Code {
  return (frame) => {
    try {
      return code(frame);
    } catch (error) {
      if (error === JUMP_SIGNAL && frame.jump === JUMP.return) return null;
      throw error;
    }
  };
}

const link: LinkCompiler = (compiler, node, target, mode) => {
  switch (node.type) {
    case 'property':
      return propertyOf(node, target(), mode);
    case 'index':
      return indexOf(compiler, node, target(), mode);
    case 'method':
      return compileMethod(compiler, node, target);
  }
};

function compileNode(compiler: Compiler, node: Node, mode: Mode): Code {
  switch (node.type) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'template':
      return compileTemplateText(compiler, node);
    case 'name':
      return compileName(compiler, node, mode);
    case 'qualified':
      return compileQualified(node);
    case 'this':
      if (!compiler.scope.hasThis)
        throw new ScriptSyntaxError("'this' can only be used in functions", node.at, 4);
      return compileThis(node, mode);
    case 'array':
      return compileArray(compiler, node);
    case 'object':
      return compileObject(compiler, node);
    case 'closure':
      return compileClosure(compiler, node);
    case 'unary':
      return compileUnary(compiler, node);
    case 'binary':
      return compileBinary(compiler, node, mode);
    case 'range':
      return compileRange(compiler, node);
    case 'property':
    case 'index':
    case 'method':
      return compileLink(compiler, node, mode, link);
    case 'call':
      return compileCall(compiler, node);
    case 'invoke':
      return compileInvoke(compiler, node);
    case 'conditional':
      return compileConditional(compiler, node, mode);
    case 'block':
      return compileBlock(compiler, node, mode);
    case 'if':
      return compileIf(compiler, node, mode);
    case 'switch':
      return compileSwitch(compiler, node, mode);
    case 'loop':
      return compileLoop(compiler, node, mode);
    case 'for':
      return compileFor(compiler, node, mode);
    case 'try':
      return compileTry(compiler, node, mode);
    case 'declare':
      return compileDeclare(compiler, node);
    case 'assign':
      return compileAssign(compiler, node);
    case 'jump':
      return compileJump(compiler, node, mode);
    case 'import':
      return compileImport(compiler, node);
  }
}
