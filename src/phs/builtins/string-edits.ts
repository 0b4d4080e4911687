import { lengthOf, partOf, pointAt } from '../values/text.js';
import { toText } from '../values/render.js';
import { char, type PhsValue } from '../values/value.js';
import { trimmed } from '../values/white-space.js';
import { partIn, positionIn } from './parts.js';
import { mutator, pure, type Builtin, type Context } from './registry.js';
import { lowerChar, upperChar } from './strings.js';
import { pieceAt, pieceOf, replaced, walked } from './text-parts.js';

/** What changes a string in place, and answers unit (docs/spec/phs.md 11.5); `replace` of strings by strings gives a new one. */
export const STRING_EDITS: readonly Builtin[] = [
  mutator('trim', ['string'], (context, text) => become(context, trimmed(walked(context, text)))),
  mutator('make_upper', ['string'], (context, text) => become(context, walked(context, text).toUpperCase())),
  mutator('make_lower', ['string'], (context, text) => become(context, walked(context, text).toLowerCase())),
  mutator('make_upper', ['char'], (context, value) => replaceBy(context, upperChar(value))),
  mutator('make_lower', ['char'], (context, value) => replaceBy(context, lowerChar(value))),

  mutator('set', ['string', 'index', 'char'], (context, text, at, value) => {
    const size = lengthOf(walked(context, text));
    const index = at < 0 ? size + at : at;
    if (index < 0 || index >= size) return null;
    return become(context, partOf(text, 0, index) + value.text + partOf(text, index + 1, size));
  }),
  mutator('crop', ['string', 'index'], (context, text, start) =>
    become(context, pieceAt(walked(context, text), start, Infinity)),
  ),
  mutator('crop', ['string', 'index', 'index'], (context, text, start, length) =>
    become(context, pieceAt(walked(context, text), start, length)),
  ),
  mutator('crop', ['string', 'range'], (context, text, range) =>
    become(context, pieceOf(text, partIn(lengthOf(walked(context, text)), range))),
  ),
  mutator('truncate', ['string', 'index'], (context, text, length) =>
    become(context, pieceAt(walked(context, text), 0, length)),
  ),
  mutator('clear', ['string'], (context) => become(context, '')),
  mutator('remove', ['string', 'text'], (context, text, part) =>
    become(context, replaced(context, text, part, '')),
  ),

  pure('replace', ['string', 'string', 'string'], replaced),
  mutator('replace', ['string', 'text', 'text'], (context, text, target, replacement) =>
    become(context, replaced(context, text, target, replacement)),
  ),

  mutator('pad', ['string', 'index', 'text'], (context, text, length, filling) => {
    const missing = length - lengthOf(walked(context, text));
    if (missing <= 0 || filling === '') return null;
    context.room('string', length);
    context.charge(missing >> 6);
    const turns = Math.ceil(missing / lengthOf(filling));
    return become(context, text + pieceAt(filling.repeat(turns), 0, missing));
  }),
  mutator('append', ['string', 'any'], (context, text, value) =>
    become(context, text + toText(value, context)),
  ),

  mutator('pop', ['string'], (context, text) => {
    const last = pointAt(walked(context, text), -1);
    if (last === undefined) return null;
    context.replace(text.slice(0, text.length - last.length));
    return char(last);
  }),
  mutator('pop', ['string', 'index'], (context, text, count) => {
    const size = lengthOf(walked(context, text));
    const middle = count <= 0 ? size : positionIn(size, -count);
    context.replace(partOf(text, 0, middle));
    return partOf(text, middle, size);
  }),
];

function become(context: Context, text: string): PhsValue {
  return replaceBy(context, context.checked(text));
}

function replaceBy(context: Context, value: PhsValue): PhsValue {
  context.replace(value);
  return null;
}
