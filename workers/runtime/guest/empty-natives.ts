import { KEPT_METHODS, KEPT_NATIVES, NATIVE_GROUPS } from './kept-natives.js';
import type { NodeInternals } from './node-internals.js';

/**
 * Takes from Node's native groups everything that a locked guest has no use for: functions and classes leave the group, methods leave the
 * classes. Node's own code holds groups and classes in closures, so this reaches whatever may come to hold one of its objects later.
 */
export function emptyNatives({ binding }: NodeInternals): void {
  // Making an object of a message looks up a class of Node's by a name in the message.
  const { setDeserializerCreateObjectFunction } = binding('messaging');
  (setDeserializerCreateObjectFunction as (make: () => never) => void)(() => {
    throw new Error('Cannot receive an object of the platform: only plain values cross');
  });
  const emptied = new Set<object>([Object.prototype, Function.prototype]);
  for (const name of NATIVE_GROUPS) {
    const group = groupOf(binding, name);
    if (group !== undefined) emptyGroup(group, KEPT_NATIVES[name], emptied);
  }
}

function groupOf(binding: NodeInternals['binding'], name: string): Record<string, unknown> | undefined {
  try {
    return binding(name);
  } catch {
    // This Node does not have it.
    return undefined;
  }
}

function emptyGroup(
  group: Record<string, unknown>,
  kept: readonly string[] | undefined,
  emptied: Set<object>,
): void {
  for (const key of Object.getOwnPropertyNames(group)) {
    const value = group[key];
    if (typeof value === 'function') emptyClass(value, emptied);
    // Numbers and names carry nothing.
    else if (typeof value !== 'object') continue;
    if (kept === undefined || !kept.includes(key)) Reflect.deleteProperty(group, key);
  }
  Object.freeze(group);
}

/** Takes the methods of a native class and of the native classes that it extends. */
function emptyClass(native: object, emptied: Set<object>): void {
  let at = (native as { prototype?: object | null }).prototype ?? null;
  while (at !== null && !emptied.has(at) && isNative(at)) {
    emptied.add(at);
    for (const key of Object.getOwnPropertyNames(at)) {
      if (KEPT_METHODS.has(key)) continue;
      const method: unknown = Object.getOwnPropertyDescriptor(at, key)?.value;
      if (typeof method === 'function') Reflect.deleteProperty(at, key);
    }
    Object.freeze(at);
    at = Object.getPrototypeOf(at) as object | null;
  }
}

/** Classes of Node's own JavaScript stand above some native ones. */
function isNative(prototype: object): boolean {
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof made !== 'function' || Function.prototype.toString.call(made).endsWith('{ [native code] }');
}
