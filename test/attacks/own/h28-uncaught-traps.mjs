// class: lifecycle
// goal: escape
// options: {"wait":400}
// What nothing catches is described for the host: things that run code, lie, or throw while they are described.
import { report } from './_look.mjs';

export default async (pkg, ctx) => {
  const seen = [];
  const trap = new Proxy(
    {},
    {
      get(_target, key, receiver) {
        seen.push(String(key), report(receiver === trap ? 'self' : receiver, ctx, 50));
        if (key === 'stack') throw trap;
        return key === 'message' ? { toString: () => new Error().stack } : trap;
      },
      getPrototypeOf: () => Error.prototype,
    },
  );
  for (const thrown of [trap, null, undefined, Symbol('x'), 10n, () => 1, { cause: trap }, [trap]])
    Promise.reject(thrown);
  setTimeout(() => {
    throw trap;
  }, 20);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return seen.join('\n');
};
