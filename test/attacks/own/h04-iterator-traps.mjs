// class: hostile replies
// goal: escape
// options: {"stream":5}
// An iterator whose every look-up runs code, changes its mind and throws things that are no errors.
import { report } from './_look.mjs';

export default (pkg, ctx) => {
  let looked = 0;
  const found = [];
  const trap = (value) =>
    new Proxy(value, {
      get(target, key, receiver) {
        looked++;
        found.push(typeof receiver);
        if (key === 'done') return looked > 40;
        if (key === 'then') return looked % 2 ? undefined : (resolve) => found.push(report(resolve, ctx));
        const own = Reflect.get(target, key);
        return typeof own === 'function' ? own.bind(target) : own;
      },
      getPrototypeOf: () => {
        throw { toString: 1, message: found };
      },
    });
  return trap({
    [Symbol.asyncIterator]: () =>
      trap({ next: async (...args) => trap({ value: report(args, ctx), done: false }) }),
  });
};
