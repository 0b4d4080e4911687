import { lengthOf, partOf } from '../values/text.js';
import { fromBase64, fromUrl, toBase64, toUrl } from './encodings.js';
import { pure, type Builtin, type Context } from './registry.js';
import { pieceAt, walked } from './text-parts.js';
import { trimmed } from '../values/white-space.js';

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
  pure('to_snake_case', ['string'], (context, text) => context.checked(snakeCase(context, text))),
  pure('to_kebab_case', ['string'], (context, text) => context.checked(kebabCase(context, text))),
  pure('to_camel_case', ['string'], (context, text) => context.checked(camelCase(context, text))),
  pure('to_url_encode', ['string'], (context, text) => context.checked(toUrl(walked(context, text, 1)))),
  pure('url_decode', ['string'], (context, text) => context.checked(fromUrl(walked(context, text, 1)))),
  pure('to_base64', ['string'], (context, text) => context.checked(toBase64(walked(context, text, 8)))),
  pure('base64_to_utf8', ['string'], (context, text) =>
    context.checked(fromBase64(walked(context, text, 8))),
  ),
];

/** `meuTextoExemplo` as `meu_texto_exemplo`. */
function snakeCase(context: Context, text: string): string {
  return wordsIn(context, text).join('_');
}

/** `meuTextoExemplo` as `meu-texto-exemplo`. */
function kebabCase(context: Context, text: string): string {
  return wordsIn(context, text).join('-');
}

/** `meu texto exemplo` as `meuTextoExemplo`. */
function camelCase(context: Context, text: string): string {
  const [first = '', ...others] = wordsIn(context, text);
  return others.reduce((joined, word) => joined + word.charAt(0).toUpperCase() + word.slice(1), first);
}

/** Steps for one word: finding, cutting and joining it, measured on words of one letter. */
const WORD_COST = 5;

/**
 * The words of a name in lower case: runs of ASCII letters or of digits, cut between a small and a capital letter too
 * (docs/spec/phs.md 11.1). A text without any is its own only word.
 */
function wordsIn(context: Context, text: string): readonly string[] {
  const words = walked(context, text)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .match(/[A-Za-z]+|[0-9]+/g);
  if (words !== null) {
    context.charge(words.length * WORD_COST);
    return words.map((word) => word.toLowerCase());
  }
  const only = trimmed(text).toLowerCase();
  return only === '' ? [] : [only];
}
