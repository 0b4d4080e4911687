/** Native functions that the permit list of the compartment library does not name, each kind with its reason. */
export interface Exception {
  readonly name: string;
  readonly reason: string;
  /** All objects of the kind, by identity; taken before anything is called. */
  readonly objects: () => ReadonlySet<unknown>;
}

/** Everything below an object: values, accessors and prototypes, as far as it belongs to nobody else. */
function below(root: unknown): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  const visit = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || found.has(value))
      return;
    // The roots of the language are on the permit list.
    if (value === Object.prototype || value === Function.prototype) return;
    found.add(value);
    for (const key of Reflect.ownKeys(value)) {
      const property = Reflect.getOwnPropertyDescriptor(value, key);
      for (const part of [property?.value, property?.get, property?.set] as unknown[]) visit(part);
    }
    visit(Reflect.getPrototypeOf(value));
  };
  visit(root);
  return found;
}

// Read by the printer of the report too, which runs elsewhere: objects are looked up when they are asked for.
const globals = globalThis as unknown as Readonly<Record<string, unknown>>;

export const EXCEPTIONS: readonly Exception[] = [
  {
    name: 'Intl',
    reason:
      'Part of ECMA-402 and built into V8, not into Node; the library leaves it to whoever makes a compartment.',
    objects: () => below(globals['Intl']),
  },
  {
    name: 'WebAssembly',
    reason:
      'Built into V8; there only for a module that was granted it, and without the functions that Node answers.',
    objects: () => below(globals['WebAssembly']),
  },
];
