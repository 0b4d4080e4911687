import { CLOSE_ARRAY, CLOSE_OBJECT, ESCAPE, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from './json-characters.js';

/** True when parsed JSON nests at most this many arrays and objects. Its own recursion ends there too. */
export function nestsAtMost(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const member of value as unknown[]) if (!nestsAtMost(member, levels - 1)) return false;
    return true;
  }
  // Lists of its keys or values would be made for each object.
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    // Only what is looked into must be its own, and not put on `Object.prototype` by somebody.
    if (typeof member !== 'object' || member === null || !Object.hasOwn(value, key)) continue;
    if (!nestsAtMost(member, levels - 1)) return false;
  }
  return true;
}

/** True when JSON text nests at most this many arrays and objects; reads no further than it takes to know. */
export function textNestsAtMost(text: string, levels: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) {
      for (i++; i < text.length && text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === ESCAPE) i++;
    } else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) {
      if (++depth > levels) return false;
    } else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) {
      depth--;
    }
  }
  return true;
}
