// class: hostile replies
// goal: dos
// options: {"deadline":4000}
// Nesting past every stack, not in the reply but where else values cross: logs, errors, their causes, inputs of powers.
export default async (pkg, ctx) => {
  const { fs, log, net } = ctx.context;
  let list = [];
  let cause = new Error('innermost');
  for (let i = 0; i < 100_000; i++) list = [list];
  for (let i = 0; i < 5_000; i++) cause = new Error(`outer ${i}`, { cause });
  const uses = [
    () => log.info('deep', { list }),
    () => log.error('deep', { cause }),
    () => fs.writeText('./deep.txt', list),
    () => net.fetch(`http://${pkg.okHost}/`, { headers: list, body: list }),
    () => ctx.context.module('victim').call(list),
    () => structuredClone(list),
  ];
  for (const use of uses) {
    try {
      await use();
    } catch {
      // Refused, or the stack's end.
    }
  }
  throw Object.assign(new Error('deep', { cause }), { data: list, code: list });
};
