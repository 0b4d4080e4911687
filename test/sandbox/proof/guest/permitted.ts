/** The permit list of the compartment library; the build of the proof writes it here. */
declare const PERMITS: Readonly<Record<string, unknown>>;

type Table = Readonly<Record<string, unknown>>;

const protoOf = (value: unknown): unknown => Reflect.getPrototypeOf(value as object);

/** Intrinsics that no name leads to. */
function nameless(): Table {
  const generator = protoOf(function* () {}) as Table;
  const asyncGenerator = protoOf(async function* () {}) as Table;
  const iterator = protoOf(protoOf([][Symbol.iterator]()));
  const all: Record<string, unknown> = {
    '%ThrowTypeError%': Reflect.getOwnPropertyDescriptor(
      (0, eval)('(function () { return arguments })()') as object,
      'callee',
    )?.get,
    '%SharedDate%': Date.prototype.constructor,
    '%UniqueEval%': globalThis.eval,
    '%UniqueFunction%': Function,
    '%InertFunction%': Function.prototype.constructor,
    '%InertAsyncFunction%': (async () => undefined).constructor,
    '%AsyncFunctionPrototype%': protoOf(async () => undefined),
    '%InertGeneratorFunction%': generator['constructor'],
    '%Generator%': generator,
    '%GeneratorPrototype%': generator['prototype'],
    '%InertAsyncGeneratorFunction%': asyncGenerator['constructor'],
    '%AsyncGenerator%': asyncGenerator,
    '%AsyncGeneratorPrototype%': asyncGenerator['prototype'],
    '%TypedArray%': protoOf(Uint8Array),
    '%TypedArrayPrototype%': protoOf(Uint8Array.prototype),
    '%IteratorPrototype%': iterator,
    '%AsyncIteratorPrototype%': protoOf(asyncGenerator['prototype']),
    '%ArrayIteratorPrototype%': protoOf([][Symbol.iterator]()),
    '%StringIteratorPrototype%': protoOf(''[Symbol.iterator]()),
    '%RegExpStringIteratorPrototype%': protoOf('a'.matchAll(/a/g)),
    '%MapIteratorPrototype%': protoOf(new Map()[Symbol.iterator]()),
    '%SetIteratorPrototype%': protoOf(new Set()[Symbol.iterator]()),
  };
  const { Iterator } = globalThis as unknown as {
    Iterator?: { from(of: object): { map(by: unknown): object } };
  };
  if (Iterator !== undefined) {
    all['%WrapForValidIteratorPrototype%'] = protoOf(Iterator.from({ next: () => ({ done: true }) }));
    all['%IteratorHelperPrototype%'] = protoOf(Iterator.from([][Symbol.iterator]()).map(() => 0));
  }
  return all;
}

/** The object behind a name of the permit list; undefined where this V8 does not have it, or a module does not get it. */
function named(name: string, known: Table): unknown {
  if (Object.hasOwn(known, name)) return known[name];
  const [, shared = name] = /^%(?:Initial|Shared|Unique)?(.*)%$/.exec(name) ?? [];
  const [, base = shared, end = ''] = /^(.*?)(Prototype)?$/.exec(shared) ?? [];
  let at: unknown = globalThis;
  for (const step of base.split('.')) at = (at as Table | undefined)?.[step];
  return end === '' ? at : (at as Table | undefined)?.['prototype'];
}

/** The library puts accessors in the place of methods that old packages replace on objects which inherit them. */
function read(from: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(from, key);
  } catch {
    return undefined;
  }
}

/** Every object that the permit list of the compartment library lets through, by identity. */
export function permittedObjects(): ReadonlySet<unknown> {
  const all = new Set<unknown>();
  const known = nameless();
  for (const [name, permit] of Object.entries(PERMITS)) {
    const root = named(name, known);
    if (root === undefined || root === null || permit === false) continue;
    all.add(root);
    if (typeof permit !== 'object' || permit === null) continue;
    for (const key of Reflect.ownKeys(root)) {
      const listed =
        typeof key === 'string'
          ? key.replace(/^__proto__$/, '--proto--')
          : `@@${(key.description ?? '').replace(/^Symbol\./, '')}`;
      const allowed = Object.hasOwn(permit, listed) ? (permit as Table)[listed] : undefined;
      if (allowed === undefined || allowed === false) continue;
      const property = Reflect.getOwnPropertyDescriptor(root, key);
      for (const part of [property?.value, property?.get, property?.set, read(root, key)] as unknown[]) {
        if (typeof part === 'function') all.add(part);
      }
    }
  }
  return all;
}
