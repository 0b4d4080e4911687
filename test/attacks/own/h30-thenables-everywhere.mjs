// class: hostile replies
// goal: leak
// options: {"deadline":3000,"success":"CALLED-WITH-POWER"}
// Thenables and getters wherever a value is waited for or read: they look at who calls them and with what.
import { report } from './_look.mjs';
export default async (pkg, ctx) => {
  const seen = [];
  const trap = (depth = 0) =>
    Object.defineProperty({}, 'then', {
      enumerable: depth % 2 === 0,
      get() {
        return (...given) => {
          for (const one of given) {
            try {
              seen.push(report(one, undefined, 300), String(one.caller), String(one.arguments));
            } catch (error) {
              seen.push(error.message);
            }
          }
          given[0]?.(depth > 50 ? seen.join('\n').slice(0, 100_000) : trap(depth + 1));
          given[0]?.('again');
          given[1]?.(new Error('and again'));
        };
      },
    });
  ctx.context.log.info('x', trap());
  for (const use of [
    () => ctx.context.fs.readText(trap()),
    () => ctx.context.net.fetch(trap(), trap()),
    () => ctx.context.module(trap()).call(trap()),
    () => ctx.context.fs.writeText('./a.txt', trap()),
  ]) {
    try {
      seen.push(String(await use()));
    } catch (error) {
      seen.push(error.message);
    }
  }
  return trap();
};
