// class: hostile replies
// goal: dos
// options: {"deadline":4000}
// Small values that become large: sparse arrays, long runs of holes, keys by the hundred thousand, the same object a million times.
export default async (pkg, ctx) => {
  const { fs, log } = ctx.context;
  const shared = { text: 'x'.repeat(1_000) };
  const values = [
    Object.assign([], { length: 2 ** 24 }),
    Object.assign([1], { length: 5_000_000 }),
    Array.from({ length: 200_000 }, () => shared),
    Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`key ${i}`, i])),
    Array.from({ length: 150_000 }, () => []),
    '\ud800'.repeat(400_000),
    '\u0000'.repeat(400_000),
    '"\\'.repeat(300_000),
  ];
  for (const value of values) {
    try {
      log.info('wide', { value });
    } catch {
      // Too wide to be written.
    }
    await fs.writeText('./wide.txt', value).catch(() => undefined);
  }
  return values[Date.now() % values.length];
};
