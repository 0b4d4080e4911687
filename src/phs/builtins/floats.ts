import { float, type PhsValue } from '../values/value.js';
import { getter, pure, type Builtin } from './registry.js';

/** Functions of one float that are properties too: none of them takes an int (docs/spec/phs.md 11.4). */
const PROPERTIES: Readonly<Record<string, (x: number) => number | boolean>> = {
  floor: Math.floor,
  ceiling: Math.ceil,
  // Half away from zero; JavaScript rounds half up.
  round: (x) => Math.sign(x) * Math.round(Math.abs(x)),
  int: Math.trunc,
  fraction: (x) => x - Math.trunc(x),
  is_nan: Number.isNaN,
  is_finite: Number.isFinite,
  is_infinite: (x) => Math.abs(x) === Infinity,
};

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  exp: Math.exp,
  ln: Math.log,
  log: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  to_degrees: (x) => x * (180 / Math.PI),
  to_radians: (x) => x * (Math.PI / 180),
};

/** What takes floats only: an int is `Function not found`, as in the original. */
export const FLOATS: readonly Builtin[] = [
  ...Object.entries(PROPERTIES).flatMap(([name, of]) => [
    pure(name, ['float'], (_context, x) => result(of(x))),
    getter(name, 'float', (_context, x) => result(of(x))),
  ]),
  ...Object.entries(FUNCTIONS).map(([name, of]) => pure(name, ['float'], (_context, x) => float(of(x)))),
  pure('log', ['float', 'float'], (_context, x, base) => float(Math.log(x) / Math.log(base))),
  pure('atan', ['float', 'float'], (_context, y, x) => float(Math.atan2(y, x))),
  pure('hypot', ['float', 'float'], (_context, x, y) => float(Math.hypot(x, y))),
  pure('PI', [], () => Math.PI),
  pure('E', [], () => Math.E),
];

function result(value: number | boolean): PhsValue {
  return typeof value === 'number' ? float(value) : value;
}
