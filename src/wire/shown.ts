/**
 * What a value shows, without the proxies in it: arrays, objects, maps and sets are built again, what else is in it stays. Structured clone
 * refuses every proxy, text reads through them; a value must not cross at one level and fail at another.
 */
export function shownBy(value: unknown): unknown {
  const known = new Map<object, object>();
  const keep = <T extends object>(item: object, copy: T): T => {
    known.set(item, copy);
    return copy;
  };
  const copyOf = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    return known.get(item) ?? copyObject(item);
  };
  const copyObject = (item: object): object => {
    if (Array.isArray(item)) {
      const list = keep<unknown[]>(item, []);
      list.length = item.length;
      return withMembers(list, item);
    }
    if (item instanceof Map) {
      const map = keep(item, new Map<unknown, unknown>());
      for (const [key, member] of item as Map<unknown, unknown>) map.set(copyOf(key), copyOf(member));
      return map;
    }
    if (item instanceof Set) {
      const set = keep(item, new Set<unknown>());
      for (const member of item as Set<unknown>) set.add(copyOf(member));
      return set;
    }
    if (Object.prototype.toString.call(item) !== '[object Object]') return item;
    return withMembers(keep<object>(item, {}), item);
  };
  const withMembers = (copy: object, item: object): object => {
    for (const key of Object.keys(item))
      // Defined, not assigned: a key may be `__proto__`.
      Object.defineProperty(copy, key, {
        value: copyOf((item as Record<string, unknown>)[key]),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    return copy;
  };
  return copyOf(value);
}
