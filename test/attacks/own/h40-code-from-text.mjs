// class: realm escape
// goal: leak
// options: {"deadline":2500}
// Every way to make code of text, in every kind of function, with import expressions in every spelling.
export default async (pkg) => {
  const makers = [
    (text) => (0, eval)(text),
    (text) => new Function(`return ${text}`)(),
    (text) => (async () => undefined).constructor(`return ${text}`)(),
    (text) => function* () {}.constructor(`yield ${text}`)().next().value,
    (text) => async function* () {}.constructor(`yield ${text}`)().next(),
    (text) => Reflect.construct(Function, [`return ${text}`], class {})(),
    (text) => new (class extends Function {})(`return ${text}`)(),
    (text) => [text].map(eval)[0],
    (text) => Reflect.apply(eval, undefined, [text]),
    (text) => setTimeout(text, 0),
    (text) => Function.prototype.constructor.call({}, `return ${text}`)(),
    (text) =>
      Object.getOwnPropertyDescriptor(
        Object.getPrototypeOf(async () => 1),
        'constructor',
      ).value(`return ${text}`)(),
  ];
  const i = 'im' + 'port';
  const texts = [
    'process.env',
    'this.process',
    'globalThis.process.mainModule.require("fs").readFileSync(' + JSON.stringify(pkg.secretFile) + ',"utf8")',
    `${i}("node:fs").then((fs) => fs.readFileSync(${JSON.stringify(pkg.secretFile)}, "utf8"))`,
    `${i}/**/("node:fs").then((fs) => fs.readFileSync(${JSON.stringify(pkg.secretFile)}, "utf8"))`,
    `${i}\n("node:fs").then((fs) => fs.readFileSync(${JSON.stringify(pkg.secretFile)}, "utf8"))`,
    `${i}.source("file://${pkg.secretFile}")`,
    `${i}.defer("node:fs")`,
    `${i}("file://${pkg.secretJson}", { with: { type: "json" } }).then((x) => x.default.secret)`,
    `${i}.meta.url`,
    `(() => { with (globalThis) { return process } })()`,
    `new.target`,
    `(<!-- x\nprocess)`,
  ];
  const out = [];
  for (const make of makers) {
    for (const text of texts) {
      try {
        const value = await make(text);
        out.push(typeof value === 'object' ? JSON.stringify(value?.value ?? value) : String(value));
      } catch (error) {
        out.push(error?.message);
      }
    }
  }
  return out.join('\n').slice(0, 100_000);
};
