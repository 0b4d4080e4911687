// class: hostile replies
// goal: dos
// options: {"deadline":2500}
// A reply that is never the same twice, has more keys than there are, and claims a length that no memory holds.
export default (pkg, ctx) => {
  let reads = 0;
  const endless = new Proxy([], {
    get: (target, key) => (key === 'length' ? 2 ** 32 - 1 : key === 'toJSON' ? undefined : target[key]),
    ownKeys: () => Array.from({ length: 100_000 }, (_, i) => `k${i}`).concat('length'),
    getOwnPropertyDescriptor: (target, key) =>
      key === 'length'
        ? Reflect.getOwnPropertyDescriptor(target, key)
        : { value: reads++, enumerable: true, configurable: true },
  });
  const changing = {
    get a() {
      return reads++ % 2 === 0
        ? 'x'
        : {
            get b() {
              throw Object.assign(new Error('no'), {
                get message() {
                  return 'y'.repeat(1e6);
                },
              });
            },
          };
    },
  };
  const { fs } = ctx.context;
  void fs.writeText('./a.txt', endless).catch(() => undefined);
  void ctx.context
    .module('victim')
    .call(endless)
    .catch(() => undefined);
  return [changing, endless];
};
