import type { Node } from '../syntax/ast.js';
import { getIndex, getProperty, setIndex, setProperty } from '../interpreter/access.js';
import type { Ref } from '../builtins/registry.js';
import { SKIPPED } from './compile-access.js';
import { compileContainer, compileName, isGiven, selfOf, variableOf } from './compile-variables.js';
import { MODE, type Compiler } from './compiler.js';
import type { Code, Frame } from '../interpreter/frame.js';
import { placed } from '../interpreter/placed.js';
import type { Run } from '../interpreter/run.js';
import { isPhsArray, isPhsMap, type PhsValue } from '../values/value.js';

/** One step of a path: `.name` (then `key` is a text) or `[index]`. */
interface Step {
  readonly key: string | Code;
  readonly optional: boolean;
  readonly at: number;
}

/** A variable, or a part of one: what can be assigned to and what mutators change. */
export interface Place {
  readonly read: Code;
  readonly write: (frame: Frame, value: PhsValue) => void;
  /** The name of the constant that the place is part of. */
  readonly constant: string | undefined;
  /** Where the variable stands. */
  readonly at: number;
  readonly steps: readonly Step[];
  /** The keys of the steps when none has to be computed. */
  readonly keys: readonly PhsValue[] | undefined;
}

/** The place that a node names; undefined when its value is only a temporary. */
export function placeOf(compiler: Compiler, node: Node): Place | undefined {
  const steps: Step[] = [];
  let root = node;
  while (root.type === 'property' || root.type === 'index') {
    const key = root.type === 'property' ? root.name : compiler.compile(root.index, MODE.keep);
    steps.unshift({ key, optional: root.optional, at: root.at });
    root = root.target;
  }
  const keys = steps.map((step) => step.key).filter((key) => typeof key === 'string');
  const path = { at: root.at, steps, keys: keys.length === steps.length ? keys : undefined };
  if (root.type === 'this') {
    const { at } = root;
    return {
      ...path,
      read: (frame) => selfOf(frame, at).get(),
      write: (frame, value) => selfOf(frame, at).set(value),
      constant: undefined,
    };
  }
  if (root.type !== 'name') return undefined;
  const binding = compiler.scope.resolve(root.name);
  if (binding !== undefined) {
    const { read, write, constant } = variableOf(binding);
    return { ...path, read, write, constant: constant ? root.name : undefined };
  }
  const read =
    steps.length > 0 ? compileContainer(compiler, root, MODE.look) : compileName(compiler, root, MODE.look);
  // A host variable is constant; a name that means nothing fails when it is read.
  const constant = isGiven(compiler, root.name) && compiler.scope.seesHost ? root.name : undefined;
  return { ...path, read, write: read, constant };
}

/** The keys of a place's steps, each computed once. */
export function keysOf(place: Place, frame: Frame): readonly PhsValue[] {
  return place.keys ?? place.steps.map(({ key }) => (typeof key === 'string' ? key : key(frame)));
}

function step(run: Run, value: PhsValue, { key, at }: Step, index: PhsValue): PhsValue {
  try {
    return typeof key === 'string' ? getProperty(run, value, key) : getIndex(run, value, index);
  } catch (error) {
    throw placed(error, at);
  }
}

/** What stands at the place; SKIPPED when an optional step met unit. */
export function readPlace(frame: Frame, place: Place, keys: readonly PhsValue[]): PhsValue {
  let value = place.read(frame);
  const { steps } = place;
  for (let i = 0; i < steps.length; i++) {
    const each = steps[i];
    if (each === undefined) break;
    if (each.optional && (value ?? null) === null) return SKIPPED;
    value = step(frame.run, value, each, keys[i]);
  }
  return value;
}

/** A container to write to, or any other value as it is. */
export function ownedValue(run: Run, value: PhsValue): PhsValue {
  if (isPhsArray(value)) return run.ownedArray(value);
  return isPhsMap(value) ? run.ownedMap(value) : value;
}

/** Replaces what stands at the end of the path by what `change` makes of it, in containers that are the run's own all the way. */
function changed(
  run: Run,
  value: PhsValue,
  path: { place: Place; keys: readonly PhsValue[]; isNew: boolean; change: (leaf: PhsValue) => PhsValue },
  depth: number,
): PhsValue {
  const { place, keys } = path;
  const each = place.steps[depth];
  if (each === undefined) return path.change(value);
  if (each.optional && (value ?? null) === null) return value;
  // Owned before anything below is changed: a copy takes the mark from its items, and they are copied in turn.
  const container = ownedValue(run, value);
  const index = keys[depth];
  const isLast = depth === place.steps.length - 1;
  const child = isLast && path.isNew ? null : step(run, container, each, index);
  const next = changed(run, child, path, depth + 1);
  if (next === child && !(isLast && path.isNew)) return container;
  try {
    return typeof each.key === 'string'
      ? setProperty(run, container, each.key, next)
      : setIndex(run, container, index, next);
  } catch (error) {
    throw placed(error, each.at);
  }
}

/**
 * Changes what stands at a place.
 *
 * @param isNew the old value does not matter and may be missing.
 */
export function changePlace(
  frame: Frame,
  place: Place,
  keys: readonly PhsValue[],
  isNew: boolean,
  change: (leaf: PhsValue) => PhsValue,
): void {
  if (place.steps.length === 0) {
    place.write(frame, change(isNew ? null : place.read(frame)));
    return;
  }
  const before = place.read(frame);
  const after = changed(frame.run, before, { place, keys, isNew, change }, 0);
  if (after !== before) place.write(frame, after);
}

/** A place as something `this` can be bound to. */
export function refTo(frame: Frame, place: Place, keys: readonly PhsValue[]): Ref {
  return {
    get: () => readPlace(frame, place, keys),
    set: (value) => changePlace(frame, place, keys, true, () => value),
  };
}

/** A value that stands nowhere, as something `this` can be bound to. */
export function refToValue(value: PhsValue): Ref {
  let current = value;
  return {
    get: () => current,
    set: (next) => {
      current = next;
    },
  };
}
