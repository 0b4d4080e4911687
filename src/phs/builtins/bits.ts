import { Sequence, type Range } from '../values/range.js';
import { ScriptError } from '../script-error.js';
import { intOf, type Int, type PhsValue } from '../values/value.js';
import { partIn, type Part } from './parts.js';
import { getter, mutator, pure, type Builtin, type Context } from './registry.js';

const SIZE = 64;

/** Ints as fields of 64 bits (docs/spec/phs.md 11.4). */
export const BITS: readonly Builtin[] = [
  pure('get_bit', ['int', 'index'], (_context, value, at) => {
    return ((BigInt(value) >> BigInt(bitAt(at))) & 1n) === 1n;
  }),
  mutator('set_bit', ['int', 'index', 'bool'], (context, value, at, on) => {
    const bit = 1n << BigInt(bitAt(at));
    context.replace(signed(on ? BigInt(value) | bit : BigInt(value) & ~bit));
    return null;
  }),
  pure('get_bits', ['int', 'range'], (_context, value, range) => field(value, bitsIn(range))),
  pure('get_bits', ['int', 'index', 'index'], (_context, value, at, count) =>
    field(value, bitsFrom(at, count)),
  ),
  mutator('set_bits', ['int', 'range', 'int'], (context, value, range, bits) =>
    setField(context, value, bitsIn(range), bits),
  ),
  mutator('set_bits', ['int', 'index', 'index', 'int'], (context, value, at, count, bits) =>
    setField(context, value, bitsFrom(at, count), bits),
  ),
  pure('bits', ['int'], (context, value) => sequence(context, value, [0, SIZE])),
  pure('bits', ['int', 'range'], (context, value, range) => sequence(context, value, bitsIn(range))),
  pure('bits', ['int', 'index'], (context, value, at) => sequence(context, value, [bitAt(at), SIZE])),
  pure('bits', ['int', 'index', 'index'], (context, value, at, count) =>
    sequence(context, value, bitsFrom(at, count)),
  ),
  getter('bits', 'int', (context, value) => sequence(context, value, [0, SIZE])),
];

function bitAt(at: number): number {
  const bit = at < 0 ? SIZE + at : at;
  if (bit < 0 || bit >= SIZE) {
    throw new ScriptError(
      'ErrorBitFieldBounds',
      `Bit-field index ${String(at)} out of bounds: only ${String(SIZE)} bits in bit-field`,
      { facts: { index: at, length: SIZE } },
    );
  }
  return bit;
}

function bitsFrom(at: number, count: number): Part {
  if (count <= 0) return [0, 0];
  const from = bitAt(at);
  return [from, Math.min(from + count, SIZE)];
}

function bitsIn(range: Range): Part {
  const [from, to] = partIn(Number.MAX_SAFE_INTEGER, range);
  return bitsFrom(from, to - from);
}

function maskOf([from, to]: Part): bigint {
  return ((1n << BigInt(to - from)) - 1n) << BigInt(from);
}

function signed(bits: bigint): Int {
  return intOf(BigInt.asIntN(SIZE, bits));
}

function field(value: Int, part: Part): PhsValue {
  return signed((BigInt.asUintN(SIZE, BigInt(value)) & maskOf(part)) >> BigInt(part[0]));
}

function setField(context: Context, value: Int, part: Part, bits: Int): PhsValue {
  const mask = maskOf(part);
  context.replace(signed((BigInt(value) & ~mask) | ((BigInt(bits) << BigInt(part[0])) & mask)));
  return null;
}

function sequence(context: Context, value: Int, [from, to]: Part): Sequence {
  return new Sequence(function* () {
    for (let i = from; i < to; i++) {
      context.charge(1);
      yield ((BigInt(value) >> BigInt(i)) & 1n) === 1n;
    }
  });
}
