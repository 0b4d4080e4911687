/** True when parsed JSON nests at most so many arrays and objects. Its own recursion ends there too. */
export function nestsAtMost(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const member of value as unknown[]) if (!nestsAtMost(member, levels - 1)) return false;
    return true;
  }
  // What was parsed inherits nothing that is enumerable, and lists of its keys or values would be made for each object.
  for (const key in value) {
    if (!nestsAtMost((value as Record<string, unknown>)[key], levels - 1)) return false;
  }
  return true;
}

/** Every level takes at least its two brackets. */
const CHARACTERS_PER_LEVEL = 2;

/**
 * True when JSON text, just written from `value`, nests at most so many levels. Looking at the value costs a tenth of reading the text, so the
 * text is read only when a value says itself how it is written.
 */
export function isWrittenWithin(value: unknown, text: string, levels: number): boolean {
  if (text.length <= CHARACTERS_PER_LEVEL * levels) return true;
  return isPlainWithin(value, levels) || textNestsAtMost(text, levels);
}

/** True for arrays and plain objects without functions (a `toJSON` would be one) that nest at most so many levels. */
function isPlainWithin(value: unknown, levels: number): boolean {
  if (typeof value === 'function') return false;
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const member of value as unknown[]) if (!isPlainWithin(member, levels - 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key in value) {
    if (!isPlainWithin((value as Record<string, unknown>)[key], levels - 1)) return false;
  }
  return true;
}

/** True when JSON text nests at most so many arrays and objects; reads no further than it takes to know. */
export function textNestsAtMost(text: string, levels: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > levels) return false;
    } else if (unit === 0x5d || unit === 0x7d) {
      depth--;
    }
  }
  return true;
}
