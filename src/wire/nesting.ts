/** True when parsed JSON nests at most this many arrays and objects. Its own recursion ends there too. */
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

/** True when JSON text nests at most this many arrays and objects; reads no further than it takes to know. */
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
