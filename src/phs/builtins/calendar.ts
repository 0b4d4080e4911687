import type { Int } from '../values/value.js';

/** The years that the calendar of the original knows. */
const FIRST = Date.UTC(-262143, 0, 1) / 1000;
const LAST = Date.UTC(262142, 11, 31, 23, 59, 59) / 1000;

/** The date of an epoch second; undefined outside the calendar. */
export function dateOf(timestamp: Int): Date | undefined {
  const seconds = Number(timestamp);
  return seconds < FIRST || seconds > LAST ? undefined : new Date(seconds * 1000);
}

/** Days since 1 January, from 1. */
export function dayOfYear(date: Date): number {
  const start = new Date(date);
  start.setUTCMonth(0, 1);
  return Math.round((date.getTime() - start.getTime()) / 86_400_000) + 1;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Year and week of ISO 8601: weeks start on Monday, week 1 holds 4 January. */
export function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** The epoch second that an RFC 3339 text names; undefined when the text is anything else. Fractions are dropped. */
export function instantOf(text: string): number | undefined {
  const found = INSTANT.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const offsetHours = Number(found[8] ?? 0);
  const offsetMinutes = Number(found[9] ?? 0);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  // A leap second is spelled 60 and is the same second as 59.
  if (hour > 23 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  const date = new Date(0);
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, Math.min(second, 59));
  const offset = (offsetHours * 60 + offsetMinutes) * 60 * (found[7] === '-' ? -1 : 1);
  return date.getTime() / 1000 - offset;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
