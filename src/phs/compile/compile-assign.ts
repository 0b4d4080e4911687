import type { Assign, AssignOperator, Declare } from '../syntax/ast.js';
import { compileName, variableOf } from './compile-variables.js';
import { operate } from '../interpreter/operate.js';
import { MODE, type Compiler } from './compiler.js';
import { Cell, type Code } from '../interpreter/frame.js';
import { OPERATIONS, type EagerOperator } from '../interpreter/operators.js';
import { changePlace, keysOf, placeOf, type Place } from './place.js';
import { placed } from '../interpreter/placed.js';
import type { Run } from '../interpreter/run.js';
import { ScriptError } from '../script-error.js';
import { ScriptSyntaxError } from '../syntax/syntax-error.js';
import { isPhsArray, isPhsMap, type PhsArray, type PhsMap, type PhsValue } from '../values/value.js';

/** `let` and `const`. */
export function compileDeclare(compiler: Compiler, node: Declare): Code {
  const value: Code = node.value === undefined ? () => null : compiler.compile(node.value, MODE.keep);
  const { where, index } = compiler.scope.declare(node.name, node.constant);
  const isGlobal = node.constant && compiler.scope.isTopLevel;
  return (frame) => {
    const initial = value(frame);
    if (isGlobal) frame.run.setGlobal(node.name, initial);
    // Each time again: closures made by an earlier turn of a loop keep the cell of theirs.
    frame.locals[index] = where === 'cell' ? new Cell(initial) : initial;
    return null;
  };
}

const OPERATOR: Readonly<Record<Exclude<AssignOperator, '='>, EagerOperator>> = {
  '+=': '+',
  '-=': '-',
  '*=': '*',
  '/=': '/',
  '%=': '%',
  '**=': '**',
  '<<=': '<<',
  '>>=': '>>',
  '&=': '&',
  '|=': '|',
  '^=': '^',
};

/** `target = value` and `target += value` with its kin. */
export function compileAssign(compiler: Compiler, node: Assign): Code {
  const value = compiler.compile(node.value, MODE.keep);
  const place = placeOf(compiler, node.target);
  if (place === undefined) throw new ScriptSyntaxError('Expression cannot be assigned to', node.at);
  if (place.constant !== undefined) return refuseConstant(compiler, node, place, place.constant);
  const whole = node.target.type === 'name' ? compiler.scope.resolve(node.target.name) : undefined;
  if (whole !== undefined) {
    const { read, write } = variableOf(whole);
    const next = node.operator === '=' ? value : combined(node.operator, read, value, node.at);
    return (frame) => {
      write(frame, next(frame));
      return null;
    };
  }
  if (node.target.type === 'name') return compileName(compiler, node.target, MODE.look);
  const { operator, at } = node;
  return (frame) => {
    const right = value(frame);
    const keys = keysOf(place, frame);
    changePlace(frame, place, keys, operator === '=', (leaf) => {
      if (operator === '=') return right;
      return operator === '+='
        ? plusAssigned(frame.run, leaf, right, at)
        : opAssigned(frame.run, operator, leaf, right, at);
    });
    return null;
  };
}

function refuseConstant(compiler: Compiler, node: Assign, place: Place, name: string): Code {
  const isScripts = compiler.scope.resolve(name) !== undefined;
  if (isScripts && place.steps.length === 0) {
    throw new ScriptSyntaxError(`Cannot assign to constant ${name}`, place.at, name.length);
  }
  const { at } = place;
  return () => {
    const facts = { variable: name };
    throw new ScriptError('ErrorAssignmentToConstant', `Cannot modify constant ${name}`, { facts }).at(
      at,
      name.length,
    );
  };
}

/** `read op value`; for arrays and maps `+=` changes them in place. */
function combined(operator: Exclude<AssignOperator, '='>, read: Code, value: Code, at: number): Code {
  if (operator !== '+=') return operate(OPERATOR[operator], read, value, at);
  return (frame) => {
    // The right side first: it may change the variable.
    const right = value(frame);
    const left = read(frame);
    if (typeof left === 'number' && typeof right === 'number') {
      const sum = left + right;
      if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(sum)) return sum;
    }
    return plusAssigned(frame.run, left, right, at);
  };
}

function opAssigned(
  run: Run,
  operator: Exclude<AssignOperator, '='>,
  left: PhsValue,
  right: PhsValue,
  at: number,
): PhsValue {
  try {
    return OPERATIONS[OPERATOR[operator]](run, left, right);
  } catch (error) {
    throw placed(error, at, operator.length);
  }
}

/** An array takes the items of an array and anything else as one item, a map takes the entries of a map (docs/spec/phs.md 4.6). */
function plusAssigned(run: Run, left: PhsValue, right: PhsValue, at: number): PhsValue {
  if (isPhsArray(left)) return extended(run, left, right);
  if (isPhsMap(left) && isPhsMap(right)) return mixed(run, left, right);
  return opAssigned(run, '+=', left, right, at);
}

function extended(run: Run, array: PhsArray, value: PhsValue): PhsArray {
  const owned = run.ownedArray(array);
  if (!isPhsArray(value)) {
    run.room('array', owned.length + 1);
    owned.push(value);
    return owned;
  }
  run.room('array', owned.length + value.length);
  run.charge(value.length);
  // By position: `a += a` must not follow its own growth.
  const count = value.length;
  for (let i = 0; i < count; i++) owned.push(run.share(value[i]));
  return owned;
}

function mixed(run: Run, map: PhsMap, other: PhsMap): PhsMap {
  const owned = run.ownedMap(map);
  const keys = Object.keys(other);
  run.charge(keys.length);
  for (const key of keys) {
    if (!Object.hasOwn(owned, key)) run.inserted(owned);
    owned[key] = run.share(other[key]);
  }
  return owned;
}
