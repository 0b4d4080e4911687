import { ScriptError } from '../script-error.js';
import { dayOfYear, isoWeek } from './calendar.js';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** What a code stands for: a number with its usual width and filling, or a text. */
type Field = (date: Date) => readonly [value: number, width: number, fill: '0' | ' '] | string;

const zero =
  (width: number, of: (date: Date) => number): Field =>
  (date) => [of(date), width, '0'];
const blank =
  (width: number, of: (date: Date) => number): Field =>
  (date) => [of(date), width, ' '];
const name =
  (names: readonly string[], of: (date: Date) => number, length?: number): Field =>
  (date) =>
    names[of(date)]?.slice(0, length) ?? '';

const year = (date: Date): number => date.getUTCFullYear();
const month = (date: Date): number => date.getUTCMonth() + 1;
const monthIndex = (date: Date): number => date.getUTCMonth();
const day = (date: Date): number => date.getUTCDate();
const weekday = (date: Date): number => date.getUTCDay();
const hour = (date: Date): number => date.getUTCHours();
const hour12 = (date: Date): number => date.getUTCHours() % 12 || 12;
const century = (value: number): number => Math.floor(value / 100);
const inCentury = (value: number): number => ((value % 100) + 100) % 100;
/** Week of the year when weeks start on that weekday; days before the first one are in week 0. */
const weekFrom =
  (start: number) =>
  (date: Date): number =>
    Math.floor((dayOfYear(date) - 1 + 7 - ((weekday(date) - start + 7) % 7)) / 7);

/** The codes of chrono's strftime for a time in UTC without fractions (docs/spec/phs.md 11.1). */
const FIELDS: Readonly<Record<string, Field>> = {
  Y: zero(4, year),
  C: zero(2, (date) => century(year(date))),
  y: zero(2, (date) => inCentury(year(date))),
  q: zero(1, (date) => Math.floor(monthIndex(date) / 3) + 1),
  m: zero(2, month),
  b: name(MONTHS, monthIndex, 3),
  h: name(MONTHS, monthIndex, 3),
  B: name(MONTHS, monthIndex),
  d: zero(2, day),
  e: blank(2, day),
  a: name(DAYS, weekday, 3),
  A: name(DAYS, weekday),
  w: zero(1, weekday),
  u: zero(1, (date) => weekday(date) || 7),
  U: zero(2, weekFrom(0)),
  W: zero(2, weekFrom(1)),
  G: zero(4, (date) => isoWeek(date).year),
  g: zero(2, (date) => inCentury(isoWeek(date).year)),
  V: zero(2, (date) => isoWeek(date).week),
  j: zero(3, dayOfYear),
  H: zero(2, hour),
  k: blank(2, hour),
  I: zero(2, hour12),
  l: blank(2, hour12),
  P: (date) => (hour(date) < 12 ? 'am' : 'pm'),
  p: (date) => (hour(date) < 12 ? 'AM' : 'PM'),
  M: zero(2, (date) => date.getUTCMinutes()),
  S: zero(2, (date) => date.getUTCSeconds()),
  s: zero(1, (date) => date.getTime() / 1000),
  f: zero(9, () => 0),
  '.f': () => '',
  '.3f': () => '.000',
  '.6f': () => '.000000',
  '.9f': () => '.000000000',
  '3f': () => '000',
  '6f': () => '000000',
  '9f': () => '000000000',
  Z: () => 'UTC',
  z: () => '+0000',
  ':z': () => '+00:00',
  '::z': () => '+00:00:00',
  ':::z': () => '+00',
  t: () => '\t',
  n: () => '\n',
  '%': () => '%',
};

/** Codes that are short for others. */
const SHORT: Readonly<Record<string, string>> = {
  D: '%m/%d/%y',
  x: '%m/%d/%y',
  F: '%Y-%m-%d',
  v: '%e-%b-%Y',
  R: '%H:%M',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
  r: '%I:%M:%S %p',
  c: '%a %b %e %H:%M:%S %Y',
  '+': '%Y-%m-%dT%H:%M:%S%:z',
};

const CODE = /%([-_0]?)((?:\.[369]?|[369]|:{1,3})?.?)/gsu;

/**
 * A UTC time as a format says.
 *
 * @throws ScriptError for a code that does not exist.
 */
export function formatTime(date: Date, format: string): string {
  return format.replace(CODE, (code, padding: string, key: string) => {
    const long = Object.hasOwn(SHORT, key) && padding === '' ? SHORT[key] : undefined;
    if (long !== undefined) return formatTime(date, long);
    const field = Object.hasOwn(FIELDS, key) ? FIELDS[key]?.(date) : undefined;
    if (field === undefined || (typeof field === 'string' && padding !== '')) throw unknown(code);
    return typeof field === 'string' ? field : padded(field, padding, key === 'Y' || key === 'G');
  });
}

function padded(
  [value, width, fill]: readonly [number, number, '0' | ' '],
  padding: string,
  isYear: boolean,
): string {
  const digits = String(Math.abs(value));
  // Years beyond four digits carry a sign, so that texts stay readable by other programs.
  const sign = value < 0 ? '-' : isYear && value > 9999 ? '+' : '';
  if (padding === '-') return sign + digits;
  if (padding === '_' || (padding === '' && fill === ' ')) return (sign + digits).padStart(width, ' ');
  return sign + digits.padStart(width, '0');
}

function unknown(code: string): ScriptError {
  return new ScriptError(
    'ErrorRuntime',
    `Cannot format the time: "${code}" is no code; use %Y %m %d %H %M %S and the like, and %% for a percent sign`,
  );
}
