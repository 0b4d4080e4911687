/** One object that was reached, and how. */
export interface Reached {
  readonly path: string;
  readonly value: object;
}

/**
 * Everything that can be reached from some objects: own properties of all kinds, what getters give, getters and setters themselves, prototypes.
 * Breadth first, so that each object stands under its shortest path.
 */
export function crawl(roots: Readonly<Record<string, unknown>>): readonly Reached[] {
  const seen = new Set<object>();
  const found: Reached[] = [];
  const visit = (path: string, value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      return;
    seen.add(value);
    found.push({ path, value });
  };
  for (const [name, value] of Object.entries(roots)) visit(name, value);
  // The list grows while it is walked.
  for (let i = 0; i < found.length; i++) {
    const { path, value } = found[i] as Reached;
    attempt(() => visit(`${path}.[[proto]]`, Reflect.getPrototypeOf(value)));
    for (const key of attempt(() => Reflect.ownKeys(value)) ?? []) {
      const step = `${path}.${typeof key === 'symbol' ? `@${key.description ?? ''}` : key}`;
      const property = attempt(() => Reflect.getOwnPropertyDescriptor(value, key));
      if (property === undefined) continue;
      if ('value' in property) {
        visit(step, property.value);
      } else {
        visit(`${step} (get)`, property.get);
        visit(`${step} (set)`, property.set);
        // What a getter makes anew each time belongs to whoever asks.
        attempt(() => {
          const got: unknown = Reflect.get(value, key);
          if (got === Reflect.get(value, key)) visit(`${step} (got)`, got);
        });
      }
    }
  }
  return found;
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
