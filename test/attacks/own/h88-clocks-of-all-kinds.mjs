// class: capability abuse
// goal: leak
// options: {"timer":true,"deadline":3000}
// How finely time can be told by events, signals, files, stacks, random numbers and anything else that carries a date.
export default async (pkg, ctx) => {
  const sources = {
    event: () => new Event('x').timeStamp,
    date: () => Date.now(),
    dateObject: () => +new Date(),
    intl: () =>
      Number(
        new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3, second: 'numeric' })
          .formatToParts()
          .find((p) => p.type === 'fractionalSecond').value,
      ),
    performance: () => globalThis.performance?.now(),
    origin: () => globalThis.performance?.timeOrigin,
    clock: () => ctx.context.clock?.now?.(),
    hrtime: () => Number(globalThis.process?.hrtime?.bigint?.() ?? 0) / 1e6,
    uptime: () => globalThis.process?.uptime?.() * 1_000,
    temporal: () => Function('return Number(Temporal.Now.instant().epochNanoseconds) / 1e6')(),
  };
  let finest = Infinity;
  let by = 'none';
  for (const [name, read] of Object.entries(sources)) {
    try {
      let last = read();
      const end = Date.now() + 100;
      while (Date.now() < end) {
        const now = read();
        if (typeof now === 'number' && now > last && now - last < finest) {
          finest = now - last;
          by = name;
        }
        last = now;
      }
    } catch {
      /* Not there. */
    }
  }
  return `RES ${finest === Infinity ? 1 : finest} ${by}`;
};
