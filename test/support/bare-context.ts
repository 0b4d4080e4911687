import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm, { type Module } from 'node:vm';
import type * as Library from '../../src/index.js';
import { LEVELS } from './guarded-here.js';

/*
 * Runs a host whose own code is evaluated in a context of node:vm that has nothing but globals of the platform, as some test runners do. Prints the reply
 * of a module at each level. Started with --experimental-vm-modules.
 */

const GLOBALS = [
  'AbortController',
  'AbortSignal',
  'Buffer',
  'MessageChannel',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'structuredClone',
] as const;
const ENTRY = new URL('../../src/index.js', import.meta.url);

const context = vm.createContext(Object.fromEntries(GLOBALS.map((name) => [name, globalThis[name]])));
const made = new Map<string, Promise<Module>>();

function moduleOf(specifier: string, from: string): Promise<Module> {
  const isFile = /^(?:\.|file:)/.test(specifier);
  const name = isFile ? new URL(specifier, from).href : specifier;
  const known = made.get(name) ?? (isFile ? ofFile(name) : ofPlatform(name));
  made.set(name, known);
  return known;
}

async function ofFile(url: string): Promise<Module> {
  return new vm.SourceTextModule(readFileSync(fileURLToPath(url), 'utf8'), {
    context,
    identifier: url,
    initializeImportMeta: (meta) => {
      meta.url = url;
    },
    importModuleDynamically: async (specifier: string) => ready(await moduleOf(specifier, url)),
  });
}

/** Node's own modules and packages stay as they are. */
async function ofPlatform(name: string): Promise<Module> {
  const exported = (await import(name)) as Record<string, unknown>;
  return new vm.SyntheticModule(
    Object.keys(exported),
    function (this: vm.SyntheticModule) {
      for (const [key, value] of Object.entries(exported)) this.setExport(key, value);
    },
    { context },
  );
}

async function ready(module: Module): Promise<Module> {
  if (module.status === 'unlinked')
    await module.link((specifier, { identifier }) => moduleOf(specifier, identifier));
  if (module.status === 'linked') await module.evaluate();
  return module;
}

const { namespace } = await ready(await moduleOf(ENTRY.href, ENTRY.href));
const { createHost } = namespace as typeof Library;
const host = await createHost({ logLevel: 'off', warmPool: false });
const folder = process.argv[2] ?? '';
for (const isolation of LEVELS) {
  const module = await host.load(folder, { isolation, name: isolation });
  process.stdout.write(`${isolation} ${JSON.stringify(await module.call({ n: 1 }))}\n`);
}
await host.close();
