import { relative } from 'node:path';
import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from 'esbuild';
import { absentBuiltin } from '../../sandbox/bundle/absent-builtin.js';
import { builtinName, polyfillFor, sdkFile } from '../../sandbox/bundle/builtins.js';

const REQUIRED = 'phlow-required';
const OPTIONAL = 'phlow-optional';

interface Optional {
  readonly name: string;
  readonly from: string;
  readonly when: 'at once' | 'when used';
}

/**
 * Leaves Node's built-ins where they are, so that the result runs in Node and can be bundled again for a compartment, where some of them have polyfills and the others are
 * refused. What packages ask for and a compartment does not have is asked for when the package does: they often guard it, or never use it. The SDK goes in, and native
 * addons are refused.
 *
 * @param folder the module's folder
 */
export function nodeBuiltins(folder: string): Plugin {
  const resolveImport = (args: OnResolveArgs): OnResolveResult | undefined => {
    if (args.kind === 'entry-point') return undefined;
    if (args.path === 'phlow/sdk') return { path: sdkFile() };
    const name = builtinName(args.path);
    if (name === undefined) return undefined;
    const from = relative(folder, args.importer).replaceAll('\\', '/');
    const isRequired = args.kind === 'require-call';
    const hasPolyfill = polyfillFor(name) !== undefined;
    if (hasPolyfill && isRequired) return { path: name, namespace: REQUIRED };
    const isOfPackage = `/${from}`.includes('/node_modules/');
    if (hasPolyfill || (!isRequired && !isOfPackage)) return { path: `node:${name}`, external: true };
    const data: Optional = { name, from, when: isRequired ? 'at once' : 'when used' };
    return { path: `${name} in ${from}`, namespace: OPTIONAL, pluginData: data };
  };
  return {
    name: 'node-builtins',
    setup(build) {
      build.onResolve({ filter: /.*/ }, resolveImport);
      build.onLoad({ filter: /.*/, namespace: REQUIRED }, ({ path }) => ({
        contents: `import builtin from 'node:${path}'; module.exports = builtin;`,
        loader: 'js',
      }));
      build.onLoad({ filter: /.*/, namespace: OPTIONAL }, ({ pluginData }) =>
        optional(pluginData as Optional),
      );
      build.onLoad({ filter: /\.node$/ }, ({ path }) => ({
        errors: [
          {
            text: `${relative(folder, path)} is a native addon, which cannot be part of a bundle: load the module from its own folder, at level trusted`,
          },
        ],
      }));
    },
  };
}

/** Node's own where there is one: a compartment has none. */
function optional({ name, from, when }: Optional): OnLoadResult {
  const absent = absentBuiltin(name, from, when);
  const contents = `
const builtin = globalThis.process?.getBuiltinModule?.(${JSON.stringify(name)});
if (builtin === undefined) { ${absent} } else module.exports = builtin;`;
  return { contents, loader: 'js' };
}
