// class: liveness
// goal: dos
// options: {"stream":5,"deadline":1500,"wait":400}
// One item, then nothing for ever, in an iterator that swallows its end.
export default () => ({
  [Symbol.asyncIterator]: () => ({
    n: 0,
    next() {
      return this.n++ === 0 ? Promise.resolve({ value: 1, done: false }) : new Promise(() => undefined);
    },
    return: () => new Promise(() => undefined),
    throw: () => {
      for (;;);
    },
  }),
});
