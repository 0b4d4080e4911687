// class: floods
// goal: dos
// options: {"deadline":3000,"wait":600}
// Dies by many hands at once, with as much as possible on its way out while it does.
export default async (pkg, ctx) => {
  const big = 'x'.repeat(7_000);
  for (let i = 0; i < 20_000; i++) {
    setTimeout(() => {
      ctx.context.log.error(big, { big });
      throw Object.assign(new Error(big), { cause: new Error(big) });
    }, 0);
    Promise.reject(new Error(big));
    void ctx.context.fs.readText('./ok.txt').catch(() => undefined);
  }
  return big;
};
