type Callable = (...args: unknown[]) => unknown;

/** Puts another function in the place of one, with the properties of the old; does nothing where this Node has none. */
export function wrapFunction(
  holder: object,
  name: string | symbol,
  around: (run: (args?: unknown[]) => unknown, args: unknown[], self: unknown) => unknown,
): void {
  const given: unknown = Reflect.get(holder, name);
  if (typeof given !== 'function') return;
  const wrapped = new Proxy(given as Callable, {
    apply: (target, self, args: unknown[]) =>
      around((changed = args) => Reflect.apply(target, self, changed), args, self),
  });
  Reflect.set(holder, name, wrapped);
}
