// class: floods
// goal: dos
// options: {"deadline":6000,"wait":500}
// The host is kept busy with things that were granted: large reads, writes and requests, as many at once as it takes.
export default async (pkg, ctx) => {
  const { fs, net } = ctx.context;
  const big = 'x'.repeat(700_000);
  await fs.writeText('./big.txt', big).catch(() => undefined);
  const end = Date.now() + 3_000;
  let done = 0;
  const work = async (i) => {
    while (Date.now() < end) {
      const use =
        i % 3 === 0
          ? fs.readText('./big.txt')
          : i % 3 === 1
            ? net.fetch(`http://${pkg.okHost}/`)
            : fs.list('./');
      await use.then(
        () => done++,
        () => undefined,
      );
    }
  };
  await Promise.all(Array.from({ length: 200 }, (_, i) => work(i)));
  return { done };
};
