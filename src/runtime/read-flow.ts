import { isPhlowError } from '../errors.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import type { Diagnostics } from '../flow/diagnostics.js';
import { buildFlow, type BuiltFlow } from './build-flow.js';
import type { FoundFlow } from './flow-source.js';
import type { PackageGrant } from './package-grant.js';
import { isolationOptionsOf, uncountedSettings } from './isolation-options.js';

/** How a flow is read. */
export interface ReadOptions {
  /** Takes the lines that expressions print; they go to standard output without it. */
  readonly print?: (line: string) => void;
  /** What the owner grants to the modules of a package's flow. */
  readonly packageGrant?: PackageGrant | undefined;
  /** Modules that a tool holds in its own way, whatever their declarations say. */
  readonly isHeldOtherwise?: (declaration: ModuleDeclaration) => boolean;
}

/**
 * Reads a flow and compiles all of it, and reads how its declarations want modules to be held: the same for run, check, graph and audit
 * it. What is wrong goes into `diagnostics`.
 *
 * @throws what `buildFlow` throws.
 */
export function readFlow(
  { origin, files, packageFolder, baseDir }: FoundFlow,
  diagnostics: Diagnostics,
  { print, packageGrant, isHeldOtherwise = () => false }: ReadOptions = {},
): BuiltFlow {
  const built = buildFlow(origin, diagnostics, files, print);
  for (const declaration of built.document.modules) {
    if (isHeldOtherwise(declaration)) continue;
    try {
      isolationOptionsOf(declaration, { packageFolder }, baseDir);
      const odd = uncountedSettings(declaration, { packageFolder }, baseDir);
      if (odd !== undefined) diagnostics.warning(odd, declaration.range);
    } catch (error) {
      if (!isPhlowError(error)) throw error;
      diagnostics.refused(error, declaration.range);
    }
  }
  const names = built.document.modules.map(({ name }) => name);
  const unknown = packageGrant?.unknownName(names);
  if (unknown !== undefined) diagnostics.refused(unknown, undefined);
  return built;
}
