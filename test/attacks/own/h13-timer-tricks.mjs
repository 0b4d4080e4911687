// class: floods
// goal: dos
// options: {"deadline":3000,"wait":300}
// Delays that the platform reads as none, delays that set timers while they are read, timers that are no timers of ours.
export default async (pkg, ctx) => {
  let ticks = 0;
  for (const delay of [2 ** 31, Infinity, -1, NaN, '1e99', 2 ** 53]) setInterval(() => ticks++, delay);
  let set = 0;
  const nesting = (depth) => ({
    valueOf: () => {
      if (depth < 3_000) {
        try {
          setTimeout(() => undefined, nesting(depth + 1));
          set++;
        } catch {}
      }
      return 1e6;
    },
  });
  try {
    setTimeout(() => undefined, nesting(0));
  } catch {}
  const signals = [];
  for (let i = 0; i < 20_000; i++) signals.push(AbortSignal.timeout(1 + (i % 50)));
  signals.forEach((signal) => signal.addEventListener('abort', () => ctx.log(`tick ${ticks}`)));
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { ticks, set };
};
