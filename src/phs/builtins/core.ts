import { Range, Sequence, Timestamp } from '../values/range.js';
import { toText, toDebugText } from '../values/render.js';
import { ScriptError } from '../script-error.js';
import { float, intOf, typeName, type Int, type PhsValue } from '../values/value.js';
import { getter, mutator, pure, type Builtin, type Context } from './registry.js';

/**
 * The functions of docs/spec/phs.md 11.3, without what the compiler knows itself (`call`, `curry`, `Fn`, `exit`, `eval`, `is_def_var`, `is_def_fn`,
 * `is_shared`: they take any number of arguments or look at the script, not at values).
 */
export const CORE: readonly Builtin[] = [
  pure('type_of', ['any'], (_context, value) => typeName(value)),
  pure('to_string', ['any'], (context, value) => context.checked(toText(value, context))),
  pure('to_debug', ['any'], (context, value) => context.checked(toDebugText(value, context))),
  pure('print', ['any'], (context, value) => {
    context.print(toText(value, context));
    return null;
  }),
  pure('debug', ['any'], (context, value) => {
    context.print(toDebugText(value, context));
    return null;
  }),
  mutator('take', ['any'], (context, value) => {
    context.replace(null);
    return value;
  }),
  pure('sleep', ['number'], () => {
    throw new ScriptError(
      'ErrorRuntime',
      'Cannot sleep in an expression: it would block the host; use a step of the flow',
    );
  }),
  pure('tag', ['any'], () => 0),
  getter('tag', 'any', () => 0),

  pure('range', ['int', 'int'], (_context, start, end) => new Range(start, end, false)),
  pure('range', ['int', 'int', 'int'], (context, start, end, step) =>
    steps(context, start, end, step, false),
  ),
  pure('range', ['range', 'int'], (context, range, step) =>
    steps(context, range.start ?? 0, range.end ?? 0, step, range.inclusive),
  ),
  pure('range', ['float', 'float', 'float'], (context, start, end, step) =>
    floatSteps(context, start, end, step),
  ),
  pure('start', ['range'], (_context, range) => range.start ?? null),
  pure('end', ['range'], (_context, range) => range.end ?? null),
  pure('is_empty', ['range'], (_context, range) => range.isEmpty),
  pure('is_inclusive', ['range'], (_context, range) => range.inclusive),
  pure('is_exclusive', ['range'], (_context, range) => !range.inclusive),
  pure('contains', ['range', 'int'], (_context, range, value) => range.contains(value)),
  getter('start', 'range', (_context, range) => range.start ?? null),
  getter('end', 'range', (_context, range) => range.end ?? null),
  getter('is_empty', 'range', (_context, range) => range.isEmpty),
  getter('is_inclusive', 'range', (_context, range) => range.inclusive),
  getter('is_exclusive', 'range', (_context, range) => !range.inclusive),

  pure('timestamp', [], (context) => new Timestamp(secondsNow(context))),
  pure('elapsed', ['timestamp'], elapsed),
  getter('elapsed', 'timestamp', elapsed),

  getter('name', 'fn', (_context, fn) => fn.name),
  getter('is_anonymous', 'fn', (_context, fn) => fn.isAnonymous),
  pure('name', ['fn'], (_context, fn) => fn.name),
  pure('is_anonymous', ['fn'], (_context, fn) => fn.isAnonymous),
];

function secondsNow(context: Context): number {
  return context.once(() => performance.now()) / 1000;
}

function elapsed(context: Context, start: Timestamp): PhsValue {
  return float(secondsNow(context) - start.seconds);
}

function steps(context: Context, start: Int, end: Int, step: Int, inclusive: boolean): Sequence {
  if (Number(step) === 0) throw zeroStep();
  return new Sequence(function* () {
    // In bigints, so that nothing is lost near the ends of the 64-bit range.
    const by = BigInt(step);
    const last = BigInt(end) + (inclusive ? (by > 0n ? 1n : -1n) : 0n);
    for (let i = BigInt(start); by > 0n ? i < last : i > last; i += by) {
      context.charge(1);
      yield intOf(i);
    }
  });
}

function floatSteps(context: Context, start: number, end: number, step: number): Sequence {
  if (step === 0) throw zeroStep();
  return new Sequence(function* () {
    for (let i = start; step > 0 ? i < end : i > end; i += step) {
      context.charge(1);
      yield float(i);
    }
  });
}

function zeroStep(): ScriptError {
  return new ScriptError('ErrorArithmetic', 'step value cannot be zero');
}
