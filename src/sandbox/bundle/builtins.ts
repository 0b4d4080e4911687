import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageAround } from '../ownership.js';

/** Built-ins that have a pure polyfill, and the package that is it. */
const POLYFILLS: Readonly<Record<string, string>> = {
  assert: 'assert/',
  buffer: 'buffer/',
  events: 'events/',
  path: 'path-browserify',
  'path/posix': 'path-browserify',
  punycode: 'punycode/',
  querystring: 'querystring-es3',
  stream: 'readable-stream/lib/ours/browser.js',
  string_decoder: 'string_decoder/',
  url: 'url/',
  util: 'util/',
  'util/types': 'util/support/types.js',
};

/** Built-ins that are a few lines over what a compartment has. */
const OWN_STAND_INS: Readonly<Record<string, string>> = {
  process: 'process.js',
  timers: 'timers.js',
};

const HINTS: Readonly<Record<string, string>> = {
  fs: 'ask for permissions.fs in phlow.yaml and use context.fs',
  'fs/promises': 'ask for permissions.fs in phlow.yaml and use context.fs',
  http: 'ask for permissions.net.connect in phlow.yaml and use context.net.fetch',
  https: 'ask for permissions.net.connect in phlow.yaml and use context.net.fetch',
  net: 'ask for permissions.net.connect in phlow.yaml and use context.net.fetch',
  tls: 'ask for permissions.net.connect in phlow.yaml and use context.net.fetch',
  crypto: 'use globalThis.crypto; for more than random numbers ask for permissions.crypto: [subtle]',
  perf_hooks: 'ask for permissions.clock: precise and use globalThis.performance',
};

const NAMES = new Set(builtinModules);

/** The name without `node:` when it is a built-in of Node, else undefined. */
export function builtinName(specifier: string): string | undefined {
  const name = specifier.replace(/^node:/, '');
  return specifier.startsWith('node:') || NAMES.has(name) ? name : undefined;
}

/** What the author can do instead of using a built-in that a compartment does not have, for the end of a clause; empty when nothing. */
export function builtinHint(name: string): string {
  return Object.hasOwn(HINTS, name) ? `: ${HINTS[name] ?? ''}` : '';
}

/** The file that stands in for a built-in, or undefined when nothing does. */
export function polyfillFor(name: string): string | undefined {
  if (Object.hasOwn(OWN_STAND_INS, name)) return injected(OWN_STAND_INS[name] ?? '');
  const specifier = Object.hasOwn(POLYFILLS, name) ? POLYFILLS[name] : undefined;
  return specifier === undefined ? undefined : createRequire(import.meta.url).resolve(specifier);
}

/** The folders of the polyfills, of the packages that these are made of, and of the SDK: public code that any bundle may hold. */
export function polyfillFolders(): readonly string[] {
  const folders = new Set([injected('.'), dirname(sdkFile())].map((folder) => realpathSync(folder)));
  const add = (folder: string): void => {
    if (folders.has(folder)) return;
    folders.add(folder);
    const { dependencies = {} } = packageJson(folder);
    for (const name of Object.keys(dependencies)) {
      const found = installed(name, folder);
      if (found !== undefined) add(found);
    }
  };
  for (const name of Object.keys(POLYFILLS)) {
    const folder = packageAround(realpathSync(polyfillFor(name) ?? ''));
    if (folder !== undefined) add(folder);
  }
  return [...folders];
}

function packageJson(folder: string): { readonly dependencies?: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ReturnType<typeof packageJson>;
}

/** The folder of a dependency, looked up from the folder of the package that needs it. */
function installed(name: string, from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const path = join(at, 'node_modules', name);
    if (existsSync(path)) return realpathSync(path);
    if (dirname(at) === at) return undefined;
  }
}

/** Files whose exports replace the globals of the same name that Node has and a compartment lacks, where a module uses them. */
export function injectedGlobals(): readonly string[] {
  return [injected('buffer-global.js'), injected('process.js')];
}

/** The SDK that modules import as `phlow/sdk`. */
export function sdkFile(): string {
  return fileURLToPath(new URL('../../sdk/index.js', import.meta.url));
}

function injected(name: string): string {
  return join(fileURLToPath(new URL('./inject/', import.meta.url)), name);
}
