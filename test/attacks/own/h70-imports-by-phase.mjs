// class: code from elsewhere
// goal: leak
// options: {"success":"FOREIGN","deadline":20000}
// Code from text that asks for modules: phases, attributes, comments, escapes, every constructor of functions.
import { loot, triedLater } from './_realm.mjs';

export default async (pkg) => {
  const said = [];
  const word = 'im' + 'port';
  const forms = [
    `${word}(s)`,
    `${word}.source(s)`,
    `${word}.defer(s)`,
    `${word}.meta`,
    `${word}/* */(s)`,
    `${word}\n(s)`,
    `${word}\u2028(s)`,
    `${word}\\u0028s)`,
    `\\u0069mport(s)`,
    `${word} .source(s)`,
    `${word}. defer (s)`,
    `${word}(s, { with: { type: 'json' } })`,
    `${word}(s, { get with() { return {}; } })`,
    `(0, eval)("${word}" + "(s)")`,
    `<!-- ${word}(s)`,
    `\`\${${word}(s)}\``,
    `new (class { static x = ${word}(s) })().constructor.x`,
    `{}.x?.${word}(s)`,
    `await ${word}(s)`,
  ];
  const makers = [
    Function,
    eval,
    (async () => 0).constructor,
    function* () {}.constructor,
    async function* () {}.constructor,
    Object.getPrototypeOf(Function),
    globalThis.Compartment,
  ];
  const names = [
    'fs',
    'node:fs',
    'node:module',
    `file://${pkg.secretJson}`,
    pkg.secretJson,
    `data:text/javascript,export default 1`,
    'phlow:guest',
    './x.js',
    'node:worker_threads',
  ];
  for (const form of forms)
    for (const make of makers)
      for (const name of names) {
        if (typeof make !== 'function') continue;
        const text = form.replaceAll('(s', `(${JSON.stringify(name)}`);
        said.push(
          await triedLater(
            async () => {
              const made = make === eval ? (0, eval)(text) : make(`return ${text}`);
              let value = typeof made === 'function' ? made() : made;
              if (typeof value?.next === 'function') value = await value.next();
              value = await value;
              const module = value?.value ?? value;
              const text_ = module?.readFileSync?.(pkg.secretFile, 'utf8') ?? module?.default?.secret;
              return text_ === undefined ? value : { FOREIGN: text_, [Symbol('FOREIGN')]: text_ };
            },
            pkg,
            60,
          ),
        );
      }
  said.push(loot(said, pkg, 50));
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
