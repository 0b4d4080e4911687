import { isPhlowError } from '../errors.js';
import type { Diagnostics } from '../flow/diagnostics.js';
import { buildFlow, type BuiltFlow } from './build-flow.js';
import type { FoundFlow } from './flow-source.js';
import { isolationOptionsOf } from './isolation-options.js';

/**
 * Reads a flow and compiles all of it, and reads how its declarations want modules to be held: the same for whoever runs, checks, draws or audits
 * it. What is wrong goes into `diagnostics`.
 *
 * @param print takes the lines that expressions print; they go to standard output without it.
 * @throws what `buildFlow` throws.
 */
export function readFlow(
  { origin, files, packageFolder }: FoundFlow,
  diagnostics: Diagnostics,
  print?: (line: string) => void,
): BuiltFlow {
  const built = buildFlow(origin, diagnostics, files, print);
  for (const declaration of built.document.modules) {
    try {
      isolationOptionsOf(declaration, packageFolder);
    } catch (error) {
      if (!isPhlowError(error)) throw error;
      diagnostics.refused(error, declaration.range);
    }
  }
  return built;
}
