// class: hostile replies
// goal: loginject
// options: {"deadline":2500}
// Whatever can be thrown, with every field that somebody may read or write out.
const evil = '\u001b[2J\u001b]0;owned\u0007\r\n{"level":"info","module":"host"}\u2028\u202e';
export default async (pkg, ctx) => {
  const { log } = ctx.context;
  const things = [
    Object.assign(new Error(evil), {
      name: evil,
      stack: `${evil}\n    at ${pkg.secretFile}:1:1`,
      code: evil,
    }),
    Object.assign(new Error('x'), {
      name: { toString: () => evil },
      message: [evil],
      stack: 42,
      cause: { stack: evil },
    }),
    new Proxy(new Error('x'), { get: () => evil, getPrototypeOf: () => Error.prototype }),
    Object.create(Error.prototype, {
      message: {
        get: () => {
          throw evil;
        },
      },
    }),
    {
      [Symbol.toPrimitive]: () => {
        throw evil;
      },
      toString: undefined,
      message: evil,
      stack: evil,
    },
    new AggregateError([new Error(evil), evil, null], evil),
    Symbol(evil),
    null,
    undefined,
    () => evil,
    2n ** 70_000n,
    new Proxy(() => undefined, {}),
    new DOMException(evil, evil),
  ];
  for (const thing of things) {
    log.warn(evil, { thing });
    console.error(thing, evil);
    void Promise.resolve(thing).then(() => undefined);
  }
  const chosen = things[Math.floor(Date.now() / 7) % things.length];
  throw chosen;
};
