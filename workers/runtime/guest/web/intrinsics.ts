/** Ways to call what the language has without reading it from objects that a module may have changed. */

/** A method of a prototype as a function of its receiver. */
export function methodOf<R, A extends readonly unknown[] = []>(
  prototype: object,
  name: PropertyKey,
): (receiver: unknown, ...args: A) => R {
  // Read, not described: lockdown turns some methods into pairs of accessors, so that objects can have their own.
  const method = Reflect.get(prototype, name) as (...args: A) => R;
  return (receiver, ...args) => Reflect.apply<unknown, A, R>(method, receiver, args);
}

/** A getter of a prototype as a function of its receiver; undefined where the language has none. */
export function getterOf<R>(prototype: object, name: PropertyKey): ((receiver: unknown) => R) | undefined {
  const description: { readonly get?: (this: void) => R } | undefined = Object.getOwnPropertyDescriptor(
    prototype,
    name,
  );
  const get = description?.get;
  return get && ((receiver) => Reflect.apply<unknown, [], R>(get, receiver, []));
}

/** A getter that every version of the language has. */
export function knownGetterOf<R>(prototype: object, name: PropertyKey): (receiver: unknown) => R {
  const get = getterOf<R>(prototype, name);
  if (get === undefined) throw new Error(`The language has no getter ${String(name)}`);
  return get;
}
