import { trimmed } from '../values/white-space.js';

/** `meuTextoExemplo` as `meu_texto_exemplo`. */
export function snakeCase(text: string): string {
  return wordsIn(text).join('_');
}

/** `meuTextoExemplo` as `meu-texto-exemplo`. */
export function kebabCase(text: string): string {
  return wordsIn(text).join('-');
}

/** `meu texto exemplo` as `meuTextoExemplo`. */
export function camelCase(text: string): string {
  const [first = '', ...others] = wordsIn(text);
  return others.reduce((joined, word) => joined + word.charAt(0).toUpperCase() + word.slice(1), first);
}

/**
 * The words of a name in lower case: runs of ASCII letters or of digits, cut between a small and a capital letter too
 * (docs/spec/phs.md 11.1). A text without any is its own only word.
 */
function wordsIn(text: string): readonly string[] {
  const words = text.replace(/([a-z])([A-Z])/g, '$1 $2').match(/[A-Za-z]+|[0-9]+/g);
  if (words !== null) return words.map((word) => word.toLowerCase());
  const only = trimmed(text).toLowerCase();
  return only === '' ? [] : [only];
}
