/** Values in all that are copied here; larger ones are left to the engine. */
const MAX_PARTS = 64;
let partsLeft = 0;

/** Says that a value is none that is copied here. */
export const NOT_COPIED = Symbol('not copied');

/** A copy of plain data of few parts, as structured clone would make it but for what stands in it twice; `NOT_COPIED` for anything else. */
export function plainCopy(value: object): unknown {
  partsLeft = MAX_PARTS;
  try {
    return copy(value);
  } catch {
    // A getter or a proxy: what it throws is reported where the value is posted.
    return NOT_COPIED;
  }
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? NOT_COPIED : value;
  if (--partsLeft < 0) return NOT_COPIED;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return copyRecord(value as Readonly<Record<string, unknown>>);
  if (prototype === Array.prototype) return copyList(value as readonly unknown[]);
  return NOT_COPIED;
}

function copyRecord(record: Readonly<Record<string, unknown>>): unknown {
  const copied: Record<string, unknown> = {};
  for (const key in record) {
    // A key of a prototype's is no member; with this one a copy would get another prototype.
    if (key === '__proto__' || !Object.hasOwn(record, key)) return NOT_COPIED;
    const member = record[key];
    if (typeof member !== 'object' || member === null) {
      copied[key] = member;
      continue;
    }
    const inner = copy(member);
    if (inner === NOT_COPIED) return NOT_COPIED;
    copied[key] = inner;
  }
  return copied;
}

function copyList(list: readonly unknown[]): unknown {
  if (!Array.isArray(list) || list.length > MAX_PARTS) return NOT_COPIED;
  const copied: unknown[] = [];
  for (let i = 0; i < list.length; i++) {
    const inner = copy(list[i]);
    if (inner === NOT_COPIED || (inner === undefined && !(i in list))) return NOT_COPIED;
    copied.push(inner);
  }
  return Object.keys(list).length === list.length ? copied : NOT_COPIED;
}
