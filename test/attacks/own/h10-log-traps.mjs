// class: log injection
// goal: dos
// options: {"deadline":2500}
// Fields of log lines that run code, never end, nest without measure, or are many.
export default (pkg, ctx) => {
  const { log } = ctx.context;
  const cyclic = {};
  cyclic.self = cyclic;
  let deep = {};
  for (let i = 0; i < 20_000; i++) deep = { deep };
  const many = {};
  for (let i = 0; i < 50_000; i++) many[`k${i}`] = i;
  const trap = new Proxy(
    {},
    {
      ownKeys: () => ['a', 'b'],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
      get: (_target, key) => (key === 'toJSON' ? () => deep : trap),
    },
  );
  for (const fields of [cyclic, deep, many, trap, { time: NaN, level: 'none' }, [1], 'text', null, () => 1])
    for (const message of ['m', { toString: () => 'x'.repeat(1e6) }, Symbol('s'), trap, 'y'.repeat(1e6)]) {
      try {
        log.info(message, fields);
      } catch (error) {
        log.warn(String(error));
      }
    }
  return 'done';
};
