import { messageOf } from '../errors.js';
import type { FlowDocument, ModuleDeclaration } from '../flow/document/flow-document.js';
import type { Diagnostics } from '../flow/diagnostics.js';
import { loadFlow, type FlowOrigin } from '../flow/load-flow.js';
import { compilerFor, type CompileOptions } from '../flow/plan/compile-expression.js';
import { compilePlan } from '../flow/plan/compile.js';
import type { Expression } from '../flow/plan/expression.js';
import type { Plan } from '../flow/plan/plan.js';
import type { FlowFiles } from '../flow/source/flow-files.js';
import type { FlowModuleParameter } from './flow-module.js';

/** A flow that was read and compiled; nothing is loaded yet. */
export interface BuiltFlow {
  readonly document: FlowDocument;
  readonly plan: Plan;
  /** The compiled settings of the modules that have some. */
  readonly settings: ReadonlyMap<ModuleDeclaration, Expression>;
  /** The modules as expressions see them. Their parameters are filled in when they are loaded. */
  readonly signatures: ReadonlyMap<string, { parameters: readonly FlowModuleParameter[] }>;
}

/**
 * Reads a flow and compiles all of it. What is wrong goes into `diagnostics`.
 *
 * @param files where it finds what it includes and imports.
 * @param print takes the lines that expressions print; they go to standard output without it.
 * @throws PHLOW_FLOW_SYNTAX, PHLOW_FLOW_INCLUDE, PHLOW_FLOW_TOO_LARGE, and the first diagnostic when the document has the wrong shape.
 */
export function buildFlow(
  origin: FlowOrigin,
  diagnostics: Diagnostics,
  files: FlowFiles,
  print?: (line: string) => void,
): BuiltFlow {
  const document = loadFlow(origin, files, diagnostics);
  diagnostics.check();
  const signatures = new Map(
    document.modules.map(({ name }) => [name, { parameters: [] as readonly FlowModuleParameter[] }]),
  );
  const plan = compilePlan(document, compilerFor({ modules: signatures, print }), diagnostics);
  return { document, plan, settings: compileSettings(document, diagnostics), signatures };
}

function compileSettings(
  document: FlowDocument,
  diagnostics: Diagnostics,
): ReadonlyMap<ModuleDeclaration, Expression> {
  const compile = compilerFor({ modules: new Map() } satisfies CompileOptions);
  const compiled = new Map<ModuleDeclaration, Expression>();
  for (const declaration of document.modules) {
    if (declaration.with === undefined) continue;
    try {
      const settings = compile(declaration.with);
      diagnostics.unknownNames(settings.unknownNames());
      compiled.set(declaration, settings);
    } catch (error) {
      diagnostics.error(
        `Module with error: Compile error: ${messageOf(error)}`,
        declaration.with.range,
        error,
      );
    }
  }
  return compiled;
}
