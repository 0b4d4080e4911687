import { lengthOf, partOf } from '../values/text.js';
import { occurrences, occurrencesFromEnd } from '../values/text-search.js';
import type { PhsValue } from '../values/value.js';
import { partAt, type Part } from './parts.js';
import type { Context } from './registry.js';

/** Pays for walking over a text, and returns it: a step for 64 characters, or for fewer where each takes longer. */
export function walked(context: Context, text: string, perStep = 64): string {
  context.charge(Math.floor(text.length / perStep));
  return text;
}

/** A part of a text in code points, both ends within it. */
export function pieceOf(text: string, [from, to]: Part): string {
  return partOf(text, from, to);
}

/** The part from a position (negative from the end) of this many code points. */
export function pieceAt(text: string, start: number, length: number): string {
  return pieceOf(text, partAt(lengthOf(text), start, length));
}

/** What stands between the occurrences of a delimiter: at most `most` parts, the last one uncut. */
export function partsBetween(context: Context, text: string, delimiter: string, most = Infinity): string[] {
  const parts: string[] = [];
  let from = 0;
  if (most > 1) {
    for (const [start, end] of occurrences(walked(context, text), delimiter)) {
      addPart(context, parts, text.slice(from, start));
      from = end;
      if (parts.length >= most - 1) break;
    }
  }
  addPart(context, parts, text.slice(from));
  return parts;
}

/** The same from the end: the last part comes first. */
export function partsFromEnd(context: Context, text: string, delimiter: string, most = Infinity): PhsValue {
  const parts: string[] = [];
  let to = text.length;
  if (most > 1) {
    for (const [start, end] of occurrencesFromEnd(walked(context, text, 2), delimiter)) {
      addPart(context, parts, text.slice(end, to));
      to = start;
      if (parts.length >= most - 1) break;
    }
  }
  addPart(context, parts, text.slice(0, to));
  return parts;
}

function addPart(context: Context, parts: string[], part: string): void {
  context.charge(1);
  context.room('array', parts.length + 1);
  parts.push(part);
}

/** A text with every occurrence replaced; an empty target is found between all code points and at both ends. */
export function replaced(context: Context, text: string, target: string, replacement: string): string {
  let out = '';
  let from = 0;
  for (const [start, end] of occurrences(walked(context, text), target)) {
    context.charge(1);
    out += text.slice(from, start) + replacement;
    context.room('string', out.length);
    from = end;
  }
  return from === 0 && out === '' ? text : context.checked(out + text.slice(from));
}
