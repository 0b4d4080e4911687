import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { CAPTURED_GLOBALS } from './captured-globals.js';

/** How the realm is locked down before any code of ours or a module's runs in it. */
const LOCKDOWN_OPTIONS = {
  // Stacks are worth more to an author than hiding them is to us: they hold places in the module's own text only.
  errorTaming: 'unsafe',
  stackFiltering: 'omit-frames',
  // Old packages assign to `toString` and the like on objects that inherit from frozen prototypes.
  overrideTaming: 'severe',
  consoleTaming: 'unsafe',
  localeTaming: 'unsafe',
  legacyRegeneratorRuntimeTaming: 'unsafe-ignore',
  // The boot code reports uncaught errors to the host.
  errorTrapping: 'none',
  unhandledRejectionTrapping: 'none',
  reporting: 'none',
} as const;

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function bundled(entryPath: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entryPath],
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

/** An ES module is strict, a script is not. */
const STRICT = { banner: { js: "(function () { 'use strict';" }, footer: { js: '})();' } } as const;

/**
 * The compartment library as one text in ASCII, made of its modules: the one that it brings along links them by itself at each start, which takes
 * half as long again, and has a character that makes V8 keep all of a script in twice the space.
 */
export async function compartmentLibrary(): Promise<string> {
  const library = await bundled(fileURLToPath(import.meta.resolve('ses')), {
    platform: 'neutral',
    format: 'iife',
    minifyWhitespace: true,
    minifySyntax: true,
    ...STRICT,
  });
  // Modules see this name; the bundler gives it a number, though nothing else goes by it.
  return LIBRARY_NOTICE + library.replace(/\bCompartment2\b/g, 'Compartment');
}

const LIBRARY_LICENSE = 'compartments.LICENSE.txt';

/** The library's own license, and those of the code that it has taken over. */
function libraryLicenses(): string {
  const folder = dirname(fileURLToPath(import.meta.resolve('ses')));
  const names = readdirSync(folder).filter((name) => name.startsWith('LICENSE'));
  return names
    .sort()
    .map((name) => `${name}\n\n${readFileSync(join(folder, name), 'utf8')}`)
    .join('\n\n');
}

/** The library ships as part of the package, and its license asks for a copy of itself and a word that it was changed. */
const LIBRARY_NOTICE = `/* SES, the work of its authors (https://github.com/endojs/endo), Apache License 2.0: see ${LIBRARY_LICENSE}. Bundled into one text by phlow. */\n`;

/**
 * The text that comes before the compartment library in a guest's script: the library makes methods of buffers its own, and read-only, as soon
 * as it is evaluated.
 */
export function guestPrelude(): Promise<string> {
  return bundled(at('bound-buffers.js'), {
    platform: 'neutral',
    format: 'iife',
    minifySyntax: true,
    ...STRICT,
  });
}

/**
 * The text that follows the compartment library in a guest's script: empties and locks the realm, then evaluates to what the entry exports.
 */
export async function guestCore(entryPath: string, options: BuildOptions = {}): Promise<string> {
  const own = await bundled(entryPath, {
    platform: 'neutral',
    minifySyntax: true,
    // Our own code knows the platform by the usual names, which do not exist in the guest's realm.
    inject: [at('platform.js')],
    alias: { 'node:crypto': at('seed-source.js') },
    ...options,
  });
  const overrides = await bundled(at('override-enablements.js'), { format: 'iife' });
  return [
    '(function () {',
    "'use strict';",
    `const { ${CAPTURED_GLOBALS.join(', ')} } = globalThis;`,
    `repairIntrinsics(${JSON.stringify(LOCKDOWN_OPTIONS)});`,
    overrides,
    'hardenIntrinsics();',
    'const module = { exports: {} };',
    own,
    'return module.exports;',
    '})();\n',
  ].join('\n');
}

/**
 * Node looks for the word in the text of `-e`, and where it stands loads all of its cryptography before the text runs: about 9 of 64 ms of a
 * start. The escape means the same in a name, a string and a template.
 */
function hideCrypto(text: string): string {
  return text.replace(/\bcrypto\b/g, 'cr\\u0079pto');
}

/** Writes the texts that a guest's container is made of: what stands around the library in its script, and the boot code of a thread and of a process. */
export async function buildGuest(): Promise<void> {
  writeFileSync(at('prelude.txt'), await guestPrelude());
  writeFileSync(at('compartments.txt'), await compartmentLibrary());
  writeFileSync(at(LIBRARY_LICENSE), libraryLicenses());
  writeFileSync(at('core.txt'), await guestCore(at('main.js')));
  for (const container of ['thread', 'process']) {
    // A function around it: what it declares must not become properties of the global object, which is emptied later.
    const boot = await bundled(at(`${container}-boot.js`), {
      platform: 'node',
      format: 'iife',
      minify: true,
    });
    writeFileSync(at(`${container}-boot.txt`), `${hideCrypto(boot)}//# sourceURL=phlow:guest-boot\n`);
  }
}
