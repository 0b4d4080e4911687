import { existsSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type PluginBuild } from 'esbuild';
import { builtInNames } from '../../src/manifest/built-in-modules.js';
import { KNOWN_MANIFESTS_FILE, knownManifestsText } from '../../src/manifest/known-manifests.js';
import { META_CHECK_FILE } from '../../src/manifest/meta-check.js';
import { metaCheckCode } from '../../src/manifest/meta-check-code.js';
import { buildLibrary } from './build-library.js';
import { buildGuest } from './guest/build.js';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * Puts the boot code of a module's thread into one file: loading its 25 parts one by one takes longer than starting the thread. What it
 * shares with a module's own copies of our files (errors, transfers) is known by code and by registered symbols, never by class.
 */
async function buildBoot(name: string, format: 'esm' | 'cjs'): Promise<void> {
  await build({
    entryPoints: [at(`${name}.js`)],
    outfile: at(`${name}.bundle.${format === 'cjs' ? 'cjs' : 'js'}`),
    bundle: true,
    format,
    ...(format === 'cjs' ? OWN_URL : {}),
    platform: 'node',
    target: 'node20',
    plugins: [
      { name: 'required-inside', setup: requiredInside },
      { name: 'text-elsewhere', setup: textElsewhere },
    ],
    logLevel: 'warning',
  });
}

/** The text of the check of manifests stays where it is: a bundle finds it from its own place. */
function textElsewhere(bundler: PluginBuild): void {
  bundler.onLoad({ filter: /[\\/]meta-check\.js$/ }, async ({ path }) => ({
    contents: (await readFile(path, 'utf8')).replace(
      "'./meta-check.txt'",
      "'../../src/manifest/meta-check.txt'",
    ),
    resolveDir: dirname(path),
  }));
}

/** What is loaded when it is first needed is in the bundle: a confined thread may not read it from elsewhere. */
function requiredInside(bundler: PluginBuild): void {
  bundler.onLoad({ filter: /[\\/](?:string-formats|yaml-package)\.js$/ }, async ({ path }) => ({
    contents: (await readFile(path, 'utf8')).replace(
      /^import \{ createRequire \}.*$|^const require = .*$/gm,
      '',
    ),
    resolveDir: dirname(path),
  }));
}

/**
 * Puts the engine of flows into one file that needs nothing of Node's, so that the same code runs as a module at every level: in a
 * compartment there is no Node.
 */
async function buildFlowEngine(): Promise<void> {
  await build({
    entryPoints: [at('flow-engine/index.js')],
    outfile: at('flow-engine/index.bundle.js'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'node20',
    mainFields: ['module', 'main'],
    // It is parsed at each start of a module that runs a flow.
    minifyWhitespace: true,
    minifySyntax: true,
    alias: { 'node:crypto': at('flow-engine/crypto.js'), 'node:path': 'path-browserify' },
    inject: [at('flow-engine/performance.js')],
    plugins: [
      { name: 'required-inside', setup: requiredInside },
      { name: 'polyfills', setup: polyfillsOf },
    ],
    logLevel: 'warning',
  });
}

/** What the engine imports and never uses where it runs: its texts are in memory. */
const POLYFILLS: Readonly<Record<string, string>> = {
  'node:fs': 'exports.constants = {};',
  'node:fs/promises': 'module.exports = {};',
};

function polyfillsOf(bundler: PluginBuild): void {
  bundler.onResolve({ filter: /^node:(fs|fs\/promises)$/ }, ({ path }) => ({
    path,
    namespace: 'polyfill',
  }));
  bundler.onLoad({ filter: /.*/, namespace: 'polyfill' }, ({ path }) => ({
    contents: POLYFILLS[path] ?? '',
  }));
}

/** CommonJS has no `import.meta.url`: the bundle makes its own. */
const OWN_URL = {
  define: { 'import.meta.url': 'ownUrl' },
  banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/**
 * Puts each built-in module into one file, in the place of its entry: its thread would find and read up to twenty files, and the map of each. Without a
 * map of its own: where there is one, each file that a thread loads is looked through for its lines.
 */
async function buildModules(): Promise<void> {
  // From the sources: the compiler leaves a file alone that it has written before, and that would be this one.
  for (const name of builtInNames()) {
    await buildModule(name, 'index', 'node');
    // What a module is where there is no Node, if it is something else there.
    if (existsSync(at(`../../../workers/modules/${name}/guest.ts`)))
      await buildModule(name, 'guest', 'neutral');
  }
}

async function buildModule(name: string, entry: string, platform: 'node' | 'neutral'): Promise<void> {
  const outfile = at(`../modules/${name}/${entry}.js`);
  await build({
    entryPoints: [at(`../../../workers/modules/${name}/${entry}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform,
    target: 'node20',
    logLevel: 'warning',
  });
  await rm(`${outfile}.map`, { force: true });
}

/** Writes the check of manifests, and what those of built-in modules come to: compiling them again in each process takes longer than all else that loading does. */
function buildManifestChecks(): void {
  writeFileSync(META_CHECK_FILE, metaCheckCode());
  writeFileSync(KNOWN_MANIFESTS_FILE, knownManifestsText());
}

// Part of `npm run build`, after the compiler: what it cannot make.
buildManifestChecks();
// A pool requires its file: Node 20 aborts the whole process when a thread is ended while it requires an ES module.
await Promise.all([
  buildGuest(),
  buildBoot('boot', 'esm'),
  buildBoot('replica', 'cjs'),
  buildBoot('manifest-check', 'cjs'),
  buildBoot('frame-sources', 'cjs'),
  buildFlowEngine(),
  buildModules(),
  buildLibrary(),
]);
