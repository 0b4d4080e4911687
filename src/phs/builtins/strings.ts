import { lengthOf, partOf, pointAt } from '../values/text.js';
import { findText } from '../values/text-search.js';
import { Sequence } from '../values/range.js';
import { char, type Char, type PhsValue } from '../values/value.js';
import { wordsOf } from '../values/white-space.js';
import { partIn, positionIn, type Part } from './parts.js';
import { getter, pure, type Builtin, type Context } from './registry.js';
import { partsBetween, partsFromEnd, pieceAt, pieceOf, walked } from './text-parts.js';

/** Reading strings (docs/spec/phs.md 11.5); what changes them in place is in `string-edits.ts`. */
export const STRINGS: readonly Builtin[] = [
  pure('len', ['text'], (context, text) => lengthOf(walked(context, text))),
  getter('len', 'text', (context, text) => lengthOf(walked(context, text))),
  getter('is_empty', 'string', (_context, text) => text === ''),
  pure('bytes', ['string'], (context, text) => Buffer.byteLength(walked(context, text))),
  getter('bytes', 'string', (context, text) => Buffer.byteLength(walked(context, text))),

  pure('to_upper', ['string'], (context, text) => context.checked(walked(context, text).toUpperCase())),
  pure('to_lower', ['string'], (context, text) => context.checked(walked(context, text).toLowerCase())),
  pure('to_upper', ['char'], (_context, value) => upperChar(value)),
  pure('to_lower', ['char'], (_context, value) => lowerChar(value)),

  pure('contains', ['string', 'text'], (context, text, part) => findText(walked(context, text), part) !== -1),
  pure('starts_with', ['string', 'text'], (_context, text, start) => text.startsWith(start)),
  pure('ends_with', ['string', 'text'], (_context, text, end) => text.endsWith(end)),
  pure('index_of', ['string', 'text'], (context, text, part) => indexFrom(context, text, part, 0)),
  pure('index_of', ['string', 'text', 'index'], indexFrom),
  pure('get', ['string', 'index'], (context, text, at) => {
    const point = pointAt(walked(context, text), at);
    return point === undefined ? null : char(point);
  }),

  pure('sub_string', ['string', 'index'], (context, text, start) =>
    pieceAt(walked(context, text), start, Infinity),
  ),
  pure('sub_string', ['string', 'index', 'index'], (context, text, start, length) =>
    pieceAt(walked(context, text), start, length),
  ),
  pure('sub_string', ['string', 'range'], (context, text, range) =>
    pieceOf(text, partIn(lengthOf(walked(context, text)), range)),
  ),

  pure('split', ['string'], (context, text) => {
    const words: string[] = [];
    for (const word of wordsOf(walked(context, text, 8))) {
      context.charge(1);
      context.room('array', words.length + 1);
      words.push(word);
    }
    return words;
  }),
  pure('split', ['string', 'text'], (context, text, delimiter) => partsBetween(context, text, delimiter)),
  pure('split', ['string', 'text', 'index'], (context, text, delimiter, most) =>
    partsBetween(context, text, delimiter, most),
  ),
  pure('split', ['string', 'index'], (context, text, at) => {
    const size = lengthOf(walked(context, text));
    const middle = positionIn(size, at);
    return [partOf(text, 0, middle), partOf(text, middle, size)];
  }),
  pure('split_rev', ['string', 'text'], (context, text, delimiter) => partsFromEnd(context, text, delimiter)),
  pure('split_rev', ['string', 'text', 'index'], (context, text, delimiter, most) =>
    partsFromEnd(context, text, delimiter, most),
  ),

  pure('to_chars', ['string'], (context, text) => {
    context.room('array', lengthOf(text));
    context.charge(text.length);
    return Array.from(text, char);
  }),
  pure('chars', ['string'], (context, text) => charsOf(context, text, [0, Infinity])),
  getter('chars', 'string', (context, text) => charsOf(context, text, [0, Infinity])),
  pure('chars', ['string', 'range'], (context, text, range) =>
    charsOf(context, text, partIn(lengthOf(walked(context, text)), range)),
  ),
  pure('chars', ['string', 'index'], (context, text, start) =>
    charsOf(context, pieceAt(walked(context, text), start, Infinity), [0, Infinity]),
  ),
  pure('chars', ['string', 'index', 'index'], (context, text, start, length) =>
    charsOf(context, pieceAt(walked(context, text), start, length), [0, Infinity]),
  ),
];

/** The upper-case char; the char itself where upper case takes more than one. */
export function upperChar(value: Char): Char {
  return single(value, value.text.toUpperCase());
}

/** The lower-case char; the char itself where lower case takes more than one. */
export function lowerChar(value: Char): Char {
  return single(value, value.text.toLowerCase());
}

function single(value: Char, mapped: string): Char {
  return lengthOf(mapped) === 1 ? char(mapped) : value;
}

function indexFrom(context: Context, text: string, part: string, start: number): PhsValue {
  const size = lengthOf(walked(context, text));
  if (size === 0 || (start > 0 && start >= size)) return -1;
  const before = partOf(text, 0, positionIn(size, start)).length;
  const at = findText(text, part, before);
  return at === -1 ? -1 : lengthOf(text.slice(0, at));
}

function charsOf(context: Context, text: string, [from, to]: Part): Sequence {
  return new Sequence(function* () {
    let at = 0;
    for (const point of text) {
      if (at >= to) return;
      if (at++ < from) continue;
      context.charge(1);
      yield char(point);
    }
  });
}
