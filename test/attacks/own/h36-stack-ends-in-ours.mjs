// class: cpu
// goal: dos
// options: {"deadline":4000,"wait":300}
// The stack is nearly full when code that is not the module's own is called: what it was doing must not be left half done.
export default async (pkg, ctx) => {
  const { log, fs, net } = ctx.context;
  const said = new Set();
  const uses = [
    () => log.info('x', { a: 1 }),
    () => setTimeout(() => undefined, 1),
    () => fs.readText('./ok.txt').catch(() => undefined),
    () => net.fetch(`http://${pkg.okHost}/`).catch(() => undefined),
    () => structuredClone({ a: [1] }),
    () => new URL('http://x/'),
    () => crypto.getRandomValues(new Uint8Array(1)),
    () => new TextDecoder().decode(new Uint8Array(1)),
    () => console.log({ toJSON: () => 1 }),
    () =>
      ctx.context
        .module('victim')
        .call(1)
        .catch(() => undefined),
    () => new Function('return 1')(),
    () => Promise.reject(new Error('r')).catch(() => undefined),
  ];
  for (const use of uses) {
    const down = () => {
      try {
        down();
      } catch {
        try {
          use();
        } catch (error) {
          said.add(`${error?.constructor?.constructor?.('return typeof process')?.()} ${error?.message}`);
        }
      }
    };
    try {
      down();
    } catch (error) {
      said.add(String(error?.message));
    }
  }
  return [...said].join('\n').slice(0, 10_000);
};
