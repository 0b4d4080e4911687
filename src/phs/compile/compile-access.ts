import type { Index, MethodCall, Node, Property } from '../syntax/ast.js';
import { getIndex, getProperty } from '../interpreter/access.js';
import { operandMode } from './compile-operators.js';
import { compileContainer } from './compile-variables.js';
import { MODE, type Compiler, type Mode } from './compiler.js';
import type { Code, Frame } from '../interpreter/frame.js';
import { placed } from '../interpreter/placed.js';
import { KIND, Special, type PhsMap, type PhsValue } from '../values/value.js';

/** What a chain gives inside when a `?.` or `?[` in it met unit: the rest of the chain is skipped. Never seen outside a chain. */
class Skipped extends Special {
  readonly kind = KIND.foreign;
  readonly typeName = 'skipped';
}
/** The only instance of it. */
export const SKIPPED: PhsValue = new Skipped();

type Link = Property | Index | MethodCall;

function isLink(node: Node): node is Link {
  return node.type === 'property' || node.type === 'index' || node.type === 'method';
}

function maySkip(node: Node): boolean {
  return isLink(node) && (node.optional || maySkip(node.target));
}

/** Compiles one link; `target` compiles what it stands behind, and is asked at most once. */
export type LinkCompiler = (compiler: Compiler, node: Link, target: () => Code, mode: Mode) => Code;

/**
 * Compiles a chain of properties, indexes and methods. Without optional links each is an ordinary node; with them the whole chain is
 * compiled together, so that one unit ends it.
 */
export function compileLink(compiler: Compiler, node: Link, mode: Mode, link: LinkCompiler): Code {
  if (!maySkip(node)) {
    if (node.type === 'property' && node.target.type === 'property') {
      return twoPropertiesOf(
        node.target,
        node,
        compileContainer(compiler, node.target.target, MODE.look),
        mode,
      );
    }
    return link(compiler, node, () => compileTarget(compiler, node), mode);
  }
  const chain = skippable(compiler, node, mode, link);
  return (frame) => {
    const value = chain(frame);
    return value === SKIPPED ? null : value;
  };
}

function targetMode(node: Link): Mode {
  if (node.type === 'property') return MODE.look;
  return node.type === 'index' ? operandMode(node.index) : operandMode(...node.args);
}

function compileTarget(compiler: Compiler, node: Link): Code {
  const mode = targetMode(node);
  // A method may keep what it is called on.
  return node.type === 'method'
    ? compiler.compile(node.target, mode)
    : compileContainer(compiler, node.target, mode);
}

function skippable(compiler: Compiler, node: Link, mode: Mode, link: LinkCompiler): Code {
  let inner: Code | undefined;
  let current: PhsValue = null;
  const rest = link(
    compiler,
    node,
    () => {
      inner =
        maySkip(node.target) && isLink(node.target)
          ? skippable(compiler, node.target, targetMode(node), link)
          : compileTarget(compiler, node);
      // The link asks for its target before it does anything else.
      return () => current;
    },
    mode,
  );
  const target = inner;
  // A link that did not ask works on a place, and looks out for unit itself.
  if (target === undefined) return rest;
  return (frame) => {
    const value = target(frame);
    if (value === SKIPPED || (node.optional && value === null)) return SKIPPED;
    current = value;
    return rest(frame);
  };
}

function slowProperty(frame: Frame, value: PhsValue, { name, at }: Property): PhsValue {
  try {
    return getProperty(frame.run, value, name);
  } catch (error) {
    throw placed(error, at, name.length);
  }
}

/** True for maps. Inlined by the engine, unlike a look at the kind of the value. */
function isMapLike(value: PhsValue): value is PhsMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Special);
}

/*
 * The own property is read three times below, and not by one shared function: the engine keeps what it learns about the
 * objects and keys that it meets by the place in the source, and a single place would meet all there are.
 */

/** `.name` behind a target. */
export function propertyOf(node: Property, target: Code, mode: Mode): Code {
  const { name } = node;
  const read: Code = (frame) => {
    const value = target(frame);
    if (!isMapLike(value)) return slowProperty(frame, value, node);
    return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
  };
  return (mode & MODE.keep) === 0 ? read : (frame) => frame.run.share(read(frame));
}

/** `.first.second` behind a target, in one: what most expressions read is two steps away from a variable. */
function twoPropertiesOf(first: Property, second: Property, target: Code, mode: Mode): Code {
  const firstName = first.name;
  const secondName = second.name;
  const read: Code = (frame) => {
    const value = target(frame);
    let middle: PhsValue;
    if (!isMapLike(value)) middle = slowProperty(frame, value, first);
    else middle = Object.hasOwn(value, firstName) ? value[firstName] : null;
    if (!isMapLike(middle)) return slowProperty(frame, middle, second);
    return Object.hasOwn(middle, secondName) ? (middle[secondName] ?? null) : null;
  };
  return (mode & MODE.keep) === 0 ? read : (frame) => frame.run.share(read(frame));
}

/** `[index]` behind a target. */
export function indexOf(compiler: Compiler, node: Index, target: Code, mode: Mode): Code {
  const index = compiler.compile(node.index, MODE.look);
  const { at } = node;
  const read: Code = (frame) => {
    const value = target(frame);
    const key = index(frame);
    if (
      typeof key === 'number' &&
      key >= 0 &&
      Array.isArray(value) &&
      key < value.length &&
      Number.isInteger(key)
    ) {
      return (value as readonly PhsValue[])[key] ?? null;
    }
    try {
      return getIndex(frame.run, value, key);
    } catch (error) {
      throw placed(error, at);
    }
  };
  return (mode & MODE.keep) === 0 ? read : (frame) => frame.run.share(read(frame));
}
