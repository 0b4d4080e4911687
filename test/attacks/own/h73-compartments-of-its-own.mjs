// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":4000}
// Compartments made by the module: options that switch checks off, hooks, transforms, a second lockdown.
import { loot, triedLater } from './_realm.mjs';

export default async (pkg) => {
  const said = [];
  const { Compartment } = globalThis;
  const word = 'im' + 'port';
  const options = {
    __evadeImportExpressionTest__: true,
    __evadeHtmlCommentTest__: true,
    __rejectSomeDirectEvalExpressions__: false,
    sloppyGlobalsMode: true,
    __moduleShimLexicals__: { x: 1 },
  };
  const attempt = async (run) => said.push(await triedLater(run, pkg, 400));
  if (typeof Compartment !== 'function') return 'none';
  const hooks = {
    name: 'inner',
    resolveHook: (specifier) => specifier,
    importHook: async (specifier) => {
      said.push(loot(specifier, pkg, 20));
      return {
        imports: [specifier === 'a' ? 'fs' : 'a'],
        exports: [],
        execute(...args) {
          said.push(loot(args, pkg, 200));
        },
      };
    },
    importNowHook: () => ({
      imports: [],
      exports: ['x'],
      execute: (...args) => said.push(loot(args, pkg, 200)),
    }),
    moduleMapHook: () => undefined,
    importMetaHook: (...args) => said.push(loot(args, pkg, 100)),
    transforms: [(source) => `${source}\n//`],
    __shimTransforms__: [(source) => source],
    __noNamespaceBox__: true,
    __options__: true,
    globals: { Compartment },
  };
  for (const made of [
    () => new Compartment(),
    () => new Compartment(hooks),
    () => new Compartment({}, { fs: {} }, hooks),
    () => new Compartment({ modules: { fs: { source: 'fs' } }, __options__: true }),
  ]) {
    await attempt(async () => made().globalThis);
    for (const text of [
      `${word}('fs')`,
      `${word}('node:fs').then((fs) => fs.readFileSync('${pkg.secretFile}', 'utf8'))`,
      'this',
      '<!-- \n this',
      'eval("this")',
      '(function () { return this })()',
      'arguments.callee.caller',
      'new.target',
    ])
      await attempt(async () => made().evaluate(text, options));
    for (const name of ['fs', 'node:fs', 'a', './x.js'])
      for (const way of ['import', 'importNow', 'load', 'module'])
        await attempt(async () => made()[way]?.(name));
  }
  for (const run of [
    () => globalThis.lockdown?.({ evalTaming: 'unsafe', errorTaming: 'unsafe', __hardenTaming__: 'unsafe' }),
    () => globalThis.repairIntrinsics?.(),
    () => globalThis.hardenIntrinsics?.(),
    () => globalThis.harden?.(globalThis),
  ])
    await attempt(async () => run());
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
