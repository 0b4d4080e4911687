import { messageOf, PhlowError } from '../errors.js';
import { toFault } from './fault.js';
import { entriesOf, membersOf as valuesOf } from './inner-values.js';
import { isExactView, lossOf } from './loss.js';

/**
 * Nested arrays and objects in one value between threads. The engine takes a value apart with its own stack, and threads of modules have the
 * larger one: what they can write, the host's thread may not be able to read, and a message that cannot be read takes all in it along.
 */
export const MAX_CLONE_DEPTH = 1_000;

/** Looks at this many parts before it remembers which it has seen: until then, a part in many places is met once for each. */
const MAX_PARTS = 1_000_000;

/** Why a value cannot be sent. */
export interface Obstacle {
  /** Where it is in the value, such as `reply.items[3].fn`. */
  readonly path: string;
  /** The end of a sentence about that place. */
  readonly problem: string;
}

type Kind = new (...args: never[]) => unknown;

/**
 * What the engine would share between threads, or hand over with powers of its own, instead of copying it. Looked up before a module's code
 * runs; a compartment has none of it.
 */
const SHARED: readonly Kind[] = kindsOf(globalThis, ['SharedArrayBuffer', 'Blob']).concat(
  kindsOf((globalThis as { WebAssembly?: object }).WebAssembly ?? {}, ['Module', 'Memory']),
);

function kindsOf(owner: object, names: readonly string[]): Kind[] {
  return names
    .map((name) => (owner as Record<string, unknown>)[name])
    .filter((kind): kind is Kind => typeof kind === 'function');
}

let partsLeft = 0;

/** True when nothing keeps the value from being read on the other side, as far as that shows without copying it. May throw what a getter throws. */
export function isSendable(value: object, mayShare: boolean): boolean {
  partsLeft = MAX_PARTS;
  if (isFine(value, MAX_CLONE_DEPTH, mayShare)) return true;
  return obstacleIn(value, '', mayShare) === undefined;
}

/** A glance that knows plain data and exact instances of classes that cross; for anything else the other look decides. */
function isFine(value: object, levels: number, mayShare: boolean): boolean {
  if (levels === 0 || --partsLeft < 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isList = Array.isArray(value);
  const isPlain = isList
    ? prototype === Array.prototype
    : prototype === Object.prototype || prototype === null;
  if (isPlain ? Object.getOwnPropertySymbols(value).length > 0 : !isKnown(value, mayShare)) return false;
  if (isList) return areFine(value as readonly unknown[], levels - 1, mayShare);
  if (ArrayBuffer.isView(value)) return true;
  if (value instanceof Map) return areFine(entriesOf(value), levels - 1, mayShare);
  if (value instanceof Set) return areFine(valuesOf(value), levels - 1, mayShare);
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    if (typeof member === 'object' && member !== null && !isFine(member, levels - 1, mayShare)) return false;
  }
  return true;
}

/** True for an object of a class that crosses without a loss. */
function isKnown(value: object, mayShare: boolean): boolean {
  if (!mayShare && isShared(ArrayBuffer.isView(value) ? value.buffer : value)) return false;
  if (ArrayBuffer.isView(value) && isExactView(value)) return true;
  // The cause of an error may be the error.
  return !(value instanceof Error) && lossOf(value) === undefined;
}

function areFine(items: readonly unknown[], levels: number, mayShare: boolean): boolean {
  for (const item of items)
    if (typeof item === 'object' && item !== null && !isFine(item, levels, mayShare)) return false;
  return true;
}

function isShared(value: object): boolean {
  return SHARED.some((kind) => value instanceof kind);
}

/** What keeps a value from being sent, and where it stands; `name` is what the value is called. Undefined when there is nothing to be seen. */
export function obstacleIn(value: unknown, name: string, mayShare: boolean): Obstacle | undefined {
  const seen = new Set<unknown>();
  /** What the place that is looked at stands in. */
  const around = new Set<unknown>();
  const path = [name];
  const look = (item: unknown): Obstacle | undefined => {
    if (typeof item === 'function' || typeof item === 'symbol') return at(path, `is a ${typeof item}`);
    if (typeof item !== 'object' || item === null) return undefined;
    // Text has no word for it, and Node 20 cannot read an error in its own cause.
    if (around.has(item)) return at(path, 'is a value that it stands in itself, in a circle');
    if (seen.has(item)) return undefined;
    if (path.length > MAX_CLONE_DEPTH) return at(path, `is nested more than ${MAX_CLONE_DEPTH} levels deep`);
    seen.add(item);
    if (!mayShare && isShared(ArrayBuffer.isView(item) ? item.buffer : item))
      return at(path, 'would be shared between the threads instead of copied');
    const loss = lossOf(item);
    if (loss !== undefined) return at(path, loss);
    if (ArrayBuffer.isView(item)) return undefined;
    around.add(item);
    for (const [step, member] of membersOf(item)) {
      path.push(step);
      const found = look(member);
      if (found !== undefined) return found;
      path.pop();
    }
    around.delete(item);
    return undefined;
  };
  return look(value);
}

/** Where in a value something is that cannot be sent; no path when that is not known. */
export interface Place {
  readonly path: string | undefined;
  readonly problem: string;
}

/** Where and why a value was refused with an error, as far as that can be found out; `name` is what the value is called. Never throws. */
export function placeOf(error: unknown, name: string, value: unknown, mayShare: boolean): Place {
  // The text codec has found the place already.
  const known = error instanceof PhlowError ? error.details['path'] : undefined;
  if (typeof known === 'string') return { path: name + known, problem: messageOf(error) };
  try {
    const found = obstacleIn(value, name, mayShare);
    if (found !== undefined) return { path: found.path, problem: `${found.path} ${found.problem}` };
  } catch {
    // A getter in it throws: that is the problem, and what is said of it below.
  }
  return { path: undefined, problem: toFault(error).message };
}

/** Where members stand, and what they are. */
function* membersOf(item: object): Iterable<[string, unknown]> {
  if (item instanceof Map || item instanceof Set) {
    let i = 0;
    for (const entry of item instanceof Map ? entriesOf(item) : valuesOf(item))
      yield [`.entries()[${i++}]`, entry];
  }
  if (item instanceof Error && 'cause' in item) yield ['.cause', item.cause];
  const isList = Array.isArray(item);
  for (const key of Object.keys(item)) {
    const step = isList
      ? `[${key}]`
      : /^[A-Za-z_$][\w$]*$/.test(key)
        ? `.${key}`
        : `[${JSON.stringify(key)}]`;
    yield [step, (item as Record<string, unknown>)[key]];
  }
}

/** Members that are named; of a very long path its beginning. */
const MAX_STEPS = 20;

function at(path: readonly string[], problem: string): Obstacle {
  const isLong = path.length > MAX_STEPS;
  return { path: path.slice(0, MAX_STEPS).join('') + (isLong ? '…' : ''), problem };
}
