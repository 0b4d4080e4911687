import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { CAPTURED_GLOBALS } from './captured-globals.js';
import { LOCKDOWN_OPTIONS } from './lockdown-options.js';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function bundled(entry: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [at(entry)],
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

/**
 * Writes the texts that a guest's container is made of: what follows the compartment library in the guest's script, locking the realm and
 * running the module, and the boot code of a thread and of a process..
 */
export async function buildGuest(): Promise<void> {
  const own = await bundled('main.js', { platform: 'neutral', minifySyntax: true });
  const core = [
    `;lockdown(${JSON.stringify(LOCKDOWN_OPTIONS)});`,
    '(function () {',
    "'use strict';",
    `const { ${CAPTURED_GLOBALS.join(', ')} } = globalThis;`,
    'const module = { exports: {} };',
    own,
    'return module.exports.startGuest;',
    '})();\n',
  ].join('\n');
  writeFileSync(at('core.txt'), core);
  for (const container of ['thread', 'process']) {
    // A function around it: what it declares must not become properties of the global object, which is emptied later.
    const boot = await bundled(`${container}-boot.js`, { platform: 'node', format: 'iife', minify: true });
    writeFileSync(at(`${container}-boot.txt`), `${boot}//# sourceURL=phlow:guest-boot\n`);
  }
}
