// class: hostile replies
// goal: leak
// options: {"stream":20,"deadline":2500}
// Results of an iterator that are not what they say: getters, thenables, other things again at each look.
import { report } from './_look.mjs';
export default (pkg, ctx) => ({
  [Symbol.asyncIterator]() {
    const said = [report(this, undefined, 200)];
    let n = 0;
    return {
      next(...given) {
        for (const one of given) said.push(report(one, undefined, 200));
        n++;
        return {
          get done() {
            return n > 15 ? { valueOf: () => false } : n % 2 === 0 ? '' : 0;
          },
          get value() {
            return n % 3 === 0
              ? Promise.resolve({ then: (a, b) => (said.push(report(a), report(b)), a(n)) })
              : { n, said: said.join('\n').slice(0, 4_000) };
          },
          then: n % 4 === 0 ? (take) => take({ done: false, value: 'thenable' }) : undefined,
        };
      },
    };
  },
});
