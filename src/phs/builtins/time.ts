import { ScriptError } from '../script-error.js';
import { intOf, type Int, type PhsValue } from '../values/value.js';
import { dateOf, instantOf } from './calendar.js';
import { pure, type Builtin, type Context } from './registry.js';
import { formatTime } from './strftime.js';

const DAY = 86_400;
const MOST = 2n ** 63n;

/** Time as epoch seconds in UTC (docs/spec/phs.md 11.1). */
export const TIME: readonly Builtin[] = [
  pure('now', [], secondsNow),
  pure('today', [], (context) => {
    const now = secondsNow(context);
    return now - (now % DAY);
  }),
  pure('format', ['int', 'string'], (context, timestamp, format) => {
    const date = dateOf(timestamp);
    context.charge(format.length << 2);
    return date === undefined ? '' : context.checked(formatTime(date, format));
  }),
  pure('to_iso', ['int'], (_context, timestamp) => {
    const date = dateOf(timestamp);
    return date === undefined ? '' : formatTime(date, '%+');
  }),
  pure('from_iso', ['string'], (_context, text) => instantOf(text) ?? 0),

  pure('diff', ['int', 'int'], (_context, a, b) => moved('-', a, b, 1)),
  ...moving('add_days', '+', DAY),
  ...moving('add_hours', '+', 3600),
  ...moving('add_minutes', '+', 60),
  ...moving('add_seconds', '+', 1),
  ...moving('sub_minutes', '-', 60),
  ...moving('sub_seconds', '-', 1),

  part('weekday', -1, (date) => date.getUTCDay()),
  part('year', 0, (date) => date.getUTCFullYear()),
  part('month', 0, (date) => date.getUTCMonth() + 1),
  part('day', 0, (date) => date.getUTCDate()),
  part('hour', 0, (date) => date.getUTCHours()),
  part('minute', 0, (date) => date.getUTCMinutes()),
  part('second', 0, (date) => date.getUTCSeconds()),
];

function secondsNow(context: Context): number {
  return Math.floor(context.once(() => Date.now()) / 1000);
}

function moving(name: string, sign: '+' | '-', unit: number): readonly Builtin[] {
  return [pure(name, ['int', 'int'], (_context, timestamp, count) => moved(sign, timestamp, count, unit))];
}

/** `timestamp` plus or minus this many units, exactly. */
function moved(sign: '+' | '-', timestamp: Int, count: Int, unit: number): PhsValue {
  const by = BigInt(count) * BigInt(unit);
  const sum = sign === '+' ? BigInt(timestamp) + by : BigInt(timestamp) - by;
  if (sum < MOST && sum >= -MOST) return intOf(sum);
  const what = sign === '+' ? 'Addition' : 'Subtraction';
  throw new ScriptError('ErrorArithmetic', `${what} overflow: ${String(timestamp)} ${sign} ${String(by)}`);
}

/** A part of the calendar date, or what stands for it outside the calendar. */
function part(name: string, outside: number, of: (date: Date) => number): Builtin {
  return pure(name, ['int'], (_context, timestamp) => {
    const date = dateOf(timestamp);
    return date === undefined ? outside : of(date);
  });
}
