// class: hostile replies
// goal: pollute
// Keys that reach prototypes once they are parsed, in every spelling JSON has; numbers that JSON cannot hold; text that ends a frame.
export default () => {
  const text =
    '{"__proto__":{"polluted":1},"\\u005f\\u005fproto__":{"polluted":2},"constructor":{"prototype":{"polluted":3}},' +
    '"a":[{"\\u0063onstructor":{"prototype":{"polluted":4}}},{"__pr\\u006fto__":[{"__proto__":{"polluted":5}}]}]}';
  const raw = typeof JSON.rawJSON === 'function' ? JSON.rawJSON('1e999') : -0;
  const own = (value) => Object.defineProperty({}, '__proto__', { value, enumerable: true });
  return {
    toJSON: () => ({
      parsed: own(own({ polluted: 6 })),
      text: JSON.parse(text),
      raw,
      tags: [0, [1], 16, 0, 3, [{ isCallable: true }], 17, [2]],
      odd: '\ud800\u2028\u2029\u0000"]]\\',
      length: { length: 2 ** 32 },
    }),
  };
};
