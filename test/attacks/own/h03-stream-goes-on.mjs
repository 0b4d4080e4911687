// class: streams
// goal: flood
// options: {"stream":3,"deadline":2000,"wait":800}
// The reader has had enough after three items; the source neither ends when it is told to nor pauses.
export default () => ({
  [Symbol.asyncIterator]() {
    let n = 0;
    return {
      next: () => ({ then: (resolve) => resolve({ value: 'x'.repeat(1_000) + n++, done: false }) }),
      return: () => new Promise(() => undefined),
    };
  },
});
