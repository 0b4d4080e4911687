import { BUILTINS } from '../builtins/table.js';
import { Range } from '../values/range.js';
import type { Run } from './run.js';
import { ScriptError } from '../script-error.js';
import { costOf, lengthOf, partOf, pointAt } from '../values/text.js';
import {
  Char,
  char,
  intOf,
  isInt,
  isPhsArray,
  isPhsMap,
  kindOf,
  typeName,
  type Int,
  type PhsArray,
  type PhsValue,
} from '../values/value.js';

/** What it costs to put a text or an int together again, in steps. */
const WRITING = 12;
/** What it costs to take a part out of one. */
const READING = 5;

/** `value.name`: a key of a map (unit when missing), or a property that the kind of value has. */
export function getProperty(run: Run, value: PhsValue, name: string): PhsValue {
  if (isPhsMap(value)) return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
  const kind = kindOf(value);
  for (const getter of BUILTINS.getters(name)) {
    if (((getter.accepts[0] ?? 0) & kind) !== 0) return getter.apply(run, value);
  }
  throw new ScriptError(
    'ErrorDotExpr',
    `Unknown property '${name}' - a getter is not registered for type '${typeName(value)}'`,
    { facts: { property: name } },
  );
}

/** `container.name = value` on a container that may be written to. Anything else has no such property. */
export function setProperty(run: Run, container: PhsValue, name: string, value: PhsValue): PhsValue {
  if (!isPhsMap(container)) {
    throw new ScriptError(
      'ErrorDotExpr',
      `No writable property '${name}' - a setter is not registered for type '${typeName(container)}' to handle '${typeName(value)}'`,
      { facts: { property: name } },
    );
  }
  return setKey(run, container, name, value);
}

function setKey(run: Run, map: Readonly<Record<string, PhsValue>>, key: string, value: PhsValue): PhsValue {
  run.charge(key.length >> 6);
  const owned = run.ownedMap(map);
  if (!Object.hasOwn(owned, key)) run.inserted(owned);
  owned[key] = value;
  return owned;
}

/** `value[index]` (docs/spec/phs.md 7.3). */
export function getIndex(run: Run, value: PhsValue, index: PhsValue): PhsValue {
  if (isPhsArray(value)) return value[arrayPosition(value, index)] ?? null;
  if (isPhsMap(value)) {
    if (typeof index !== 'string') throw wrongType(index, 'string');
    run.charge(index.length >> 6);
    return Object.hasOwn(value, index) ? (value[index] ?? null) : null;
  }
  if (typeof value === 'string') return getText(run, value, index);
  if (isInt(value)) {
    run.charge(READING);
    return getBits(value, index);
  }
  throw new ScriptError('ErrorIndexingType', `Indexer unavailable: ${typeName(value)} [${typeName(index)}]`);
}

/** `container[index] = value`; gives what stands in the container's place then. */
export function setIndex(run: Run, container: PhsValue, index: PhsValue, value: PhsValue): PhsValue {
  if (isPhsArray(container)) {
    const position = arrayPosition(container, index);
    const owned = run.ownedArray(container);
    owned[position] = value;
    return owned;
  }
  if (isPhsMap(container)) {
    if (typeof index !== 'string') throw wrongType(index, 'string');
    return setKey(run, container, index, value);
  }
  if (typeof container === 'string' && isInt(index) && value instanceof Char) {
    run.charge(container.length >> 6);
    const position = textPosition(container, index);
    return partOf(container, 0, position) + value.text + partOf(container, position + 1, lengthOf(container));
  }
  if (
    typeof container === 'string' &&
    index instanceof Range &&
    (typeof value === 'string' || value instanceof Char)
  ) {
    const text = typeof value === 'string' ? value : value.text;
    run.charge(WRITING + costOf(container) + costOf(text));
    const [from, to] = textBounds(container, index);
    const changed = partOf(container, 0, from) + text + partOf(container, to, lengthOf(container));
    run.room('string', changed.length);
    return changed;
  }
  if (isInt(container) && index instanceof Range && isInt(value)) {
    run.charge(WRITING);
    const [from, width] = bitBounds(index);
    const mask = ((1n << width) - 1n) << from;
    const bits = BigInt.asUintN(64, BigInt(container)) & ~mask;
    return intOf(BigInt.asIntN(64, bits | ((BigInt(value) << from) & mask)));
  }
  if (isInt(container) && isInt(index) && typeof value === 'boolean') {
    run.charge(WRITING);
    const mask = 1n << BigInt(bitPosition(index));
    const bits = BigInt.asUintN(64, BigInt(container));
    return intOf(BigInt.asIntN(64, value ? bits | mask : bits & ~mask));
  }
  throw new ScriptError(
    'ErrorIndexingType',
    `Indexer unavailable: ${typeName(container)} [${typeName(index)}] = ${typeName(value)}`,
  );
}

/** The error for a value of a wrong kind; `expected` is what type_of would have to say. */
function wrongType(value: PhsValue, expected: string): ScriptError {
  const name = value instanceof Range ? `core::ops::range::Range<i64>` : typeName(value);
  return new ScriptError('ErrorMismatchDataType', `Data type incorrect: ${name} (expecting ${expected})`, {
    facts: { requested: expected, actual: typeName(value) },
  });
}

/** A position from the start, for one that may count from the end; undefined out of bounds. */
function positionIn(length: number, index: Int): number | undefined {
  const position = Number(index) < 0 ? length + Number(index) : Number(index);
  return position >= 0 && position < length ? position : undefined;
}

function arrayPosition(array: PhsArray, index: PhsValue): number {
  if (!isInt(index)) throw wrongType(index, 'i64');
  const position = positionIn(array.length, index);
  if (position !== undefined) return position;
  throw outOfBounds(
    'ErrorArrayBounds',
    'Array',
    index,
    array.length,
    'element',
    'in array',
    'array is empty',
  );
}

function textPosition(text: string, index: Int): number {
  const length = lengthOf(text);
  const position = positionIn(length, index);
  if (position !== undefined) return position;
  throw outOfBounds(
    'ErrorStringBounds',
    'String',
    index,
    length,
    'character',
    'in string',
    'string is empty',
  );
}

function bitPosition(index: Int): number {
  const position = positionIn(64, index);
  if (position !== undefined) return position;
  throw outOfBounds('ErrorBitFieldBounds', 'Bit-field', index, 64, 'bit', 'in bit-field', '');
}

function outOfBounds(
  kind: 'ErrorArrayBounds' | 'ErrorStringBounds' | 'ErrorBitFieldBounds',
  what: string,
  index: Int,
  length: number,
  unit: string,
  where: string,
  empty: string,
): ScriptError {
  const size = length === 0 ? empty : `only ${length} ${unit}${length === 1 ? '' : 's'} ${where}`;
  return new ScriptError(kind, `${what} index ${String(index)} out of bounds: ${size}`, {
    facts: { index, length },
  });
}

function getText(run: Run, text: string, index: PhsValue): PhsValue {
  run.charge(READING + costOf(text));
  if (index instanceof Range) return textRange(run, text, index);
  if (!isInt(index)) throw wrongType(index, 'i64');
  return char(pointAt(text, textPosition(text, index)) ?? '');
}

/** The part of a text that a range means: the end is clamped; a start before the beginning is an error. */
function textBounds(text: string, range: Range): readonly [from: number, to: number] {
  const length = lengthOf(text);
  const start = Number(range.start ?? 0);
  const from = start < 0 ? textPosition(text, range.start ?? 0) : start;
  const end = Number(range.end ?? length);
  const to = (end < 0 ? length + end : end) + (range.inclusive && range.end !== undefined ? 1 : 0);
  const first = Math.min(from, length);
  return [first, Math.max(first, Math.min(to, length))];
}

function textRange(run: Run, text: string, range: Range): string {
  const length = lengthOf(text);
  // Text beyond 16 bits is put together point by point.
  if (length < text.length) run.charge(length >> 2);
  return partOf(text, ...textBounds(text, range));
}

/** The bits that a range means: the first one and how many. Bounds do not count from the end, and must be there. */
function bitBounds({ start = 0, end, inclusive }: Range): readonly [from: bigint, width: bigint] {
  const from = boundOf(start, 63);
  const behind = end === undefined ? 64 : inclusive ? boundOf(end, 63) + 1 : boundOf(end, 64);
  return [BigInt(from), BigInt(Math.max(0, behind - from))];
}

function boundOf(index: Int, most: number): number {
  const position = Number(index);
  if (position >= 0 && position <= most) return position;
  throw outOfBounds('ErrorBitFieldBounds', 'Bit-field', index, 64, 'bit', 'in bit-field', '');
}

function getBits(value: Int, index: PhsValue): PhsValue {
  const bits = BigInt.asUintN(64, BigInt(value));
  if (index instanceof Range) {
    const [from, width] = bitBounds(index);
    return intOf(BigInt.asIntN(64, (bits >> from) & ((1n << width) - 1n)));
  }
  if (!isInt(index)) throw wrongType(index, 'i64');
  return ((bits >> BigInt(bitPosition(index))) & 1n) === 1n;
}
