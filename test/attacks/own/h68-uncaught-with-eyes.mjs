// class: realm escape
// goal: leak
// options: {"deadline":3000,"wait":400}
// Values thrown where nothing catches them look at whoever looks at them: every trap and getter keeps what it is given.
import { loot } from './_realm.mjs';

export default async (pkg, ctx) => {
  const tell = (value, what) => {
    const found = loot(value, pkg, 200);
    if (found !== '') ctx.context.log.error(`${what} ${found}`);
  };
  const traps = new Proxy(
    {},
    {
      get:
        (_, trap) =>
        (...args) => {
          for (const value of args) tell(value, String(trap));
          return Reflect[trap](...args);
        },
    },
  );
  const seen = (key) => ({
    get() {
      tell(this, String(key));
      return function (...args) {
        for (const value of args) tell(value, `${String(key)}()`);
        return 'x';
      };
    },
  });
  const keys = [
    'stack',
    'message',
    'name',
    'code',
    'cause',
    'domain',
    'toString',
    'toJSON',
    'then',
    'inspect',
    'emitted',
    'constructor',
    ...[
      'nodejs.util.inspect.custom',
      'nodejs.rejection',
      'nodejs.util.promisify.custom',
      'nodejs.dispose',
    ].map((name) => Symbol.for(name)),
    Symbol.toPrimitive,
    Symbol.toStringTag,
    Symbol.iterator,
    Symbol.asyncIterator,
    Symbol.hasInstance,
  ];
  const watched = Object.create(Error.prototype);
  for (const key of keys) Object.defineProperty(watched, key, seen(key));
  const values = [
    new Proxy(new Error('x'), traps),
    watched,
    new Proxy(watched, traps),
    new Proxy(function () {}, traps),
    Object.create(null),
    Symbol('x'),
    1n,
    undefined,
  ];
  for (const value of values) {
    setTimeout(() => {
      throw value;
    }, 1);
    queueMicrotask(() => {
      throw value;
    });
    void Promise.reject(value);
    let settle;
    void new Promise((_, reject) => {
      settle = reject;
    });
    settle(value);
    settle(watched);
    new EventTarget().addEventListener('x', () => {
      throw value;
    });
    const target = new EventTarget();
    target.addEventListener('x', () => {
      throw value;
    });
    target.dispatchEvent(new Event('x'));
    setTimeout(
      Object.defineProperty(() => 0, 'call', { value: () => tell(value, 'call') }),
      1,
      value,
    );
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  throw values[2];
};
