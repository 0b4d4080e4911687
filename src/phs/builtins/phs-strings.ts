import { lengthOf, partOf } from '../values/text.js';
import { camelCase, kebabCase, snakeCase } from './cases.js';
import { fromBase64, fromUrl, toBase64, toUrl } from './encodings.js';
import { pure, type Builtin } from './registry.js';
import { pieceAt, walked } from './text-parts.js';

/** The functions of strings that phs adds to the language it comes from (docs/spec/phs.md 11.1). */
export const PHS_STRINGS: readonly Builtin[] = [
  pure('slice', ['string', 'index'], (context, text, start) =>
    pieceAt(walked(context, text), start, Infinity),
  ),
  // Here, and only here, a negative position is not counted from the end.
  pure('slice', ['string', 'index', 'index'], (context, text, start, end) => {
    return partOf(text, Math.max(start, 0), Math.min(end, lengthOf(walked(context, text))));
  }),
  pure('capitalize', ['string'], (context, text) => {
    const first = text.codePointAt(0);
    if (first === undefined) return '';
    const point = String.fromCodePoint(first);
    const upper = String.fromCodePoint(point.toUpperCase().codePointAt(0) ?? first);
    return context.checked(upper + text.slice(point.length));
  }),
  pure('to_snake_case', ['string'], (context, text) => context.checked(snakeCase(walked(context, text)))),
  pure('to_kebab_case', ['string'], (context, text) => context.checked(kebabCase(walked(context, text)))),
  pure('to_camel_case', ['string'], (context, text) => context.checked(camelCase(walked(context, text)))),
  pure('to_url_encode', ['string'], (context, text) => context.checked(toUrl(walked(context, text)))),
  pure('url_decode', ['string'], (context, text) => context.checked(fromUrl(walked(context, text)))),
  pure('to_base64', ['string'], (context, text) => context.checked(toBase64(walked(context, text)))),
  pure('base64_to_utf8', ['string'], (context, text) => context.checked(fromBase64(walked(context, text)))),
];
