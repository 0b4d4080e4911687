/** True when a text holds code points beyond 16 bits, so that its indexes are no code point positions. */
function hasSurrogates(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}

// Loops index one string again and again: what was found out about it last is kept.
let lastText = '';
let lastPoints: readonly string[] | undefined;

/** The code points of a text, or undefined when each UTF-16 unit is one. */
function pointsOf(text: string): readonly string[] | undefined {
  if (text.length > 32 && text === lastText) return lastPoints;
  const points = hasSurrogates(text) ? [...text] : undefined;
  if (text.length > 32) {
    lastText = text;
    lastPoints = points;
  }
  return points;
}

/** What it costs to find positions in a text, in steps: much less when it was the last one asked about. */
export function costOf(text: string): number {
  return text.length <= 32 || text === lastText ? text.length >> 12 : text.length >> 3;
}

/** Length in code points. */
export function lengthOf(text: string): number {
  return pointsOf(text)?.length ?? text.length;
}

/** The code point at a position, negative from the end; undefined out of bounds. */
export function pointAt(text: string, position: number): string | undefined {
  const points = pointsOf(text);
  if (points !== undefined) return points.at(position);
  return text.at(position);
}

/** The part from `start` up to `end` (exclusive), as code point positions that are not negative. */
export function partOf(text: string, start: number, end: number): string {
  const points = pointsOf(text);
  if (start >= end) return '';
  return points === undefined ? text.slice(start, end) : points.slice(start, end).join('');
}
