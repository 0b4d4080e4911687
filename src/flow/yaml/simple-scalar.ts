import type { ScalarNode } from '../node.js';

/** A quoted scalar that is closed on its line; its escapes, if it has any, are those that JSON has too. */
const QUOTED = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|'(?:[^'\p{Cc}]|'')*'/uy;

/** How an unquoted scalar may begin without meaning anything else to YAML. */
const PLAIN_START = /^(?:[A-Za-z0-9_./$(+]|-(?! |$))/;
/** What an unquoted scalar must not hold: the start of a value, and what cannot be seen. */
const NOT_PLAIN = /:(?: |$)|\p{Cc}/u;

/** Everything the core schema takes for a number (YAML 1.2.2, 10.3.2). */
const NUMBER =
  /^(?:[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** Numbers that are written in the way everybody does. */
const SIMPLE_NUMBER = /^(?:0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15})$/;

const WORDS: ReadonlyMap<string, null | boolean> = new Map([
  ...['null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

/** True for what begins with a quote. */
export function isQuoted(raw: string): boolean {
  return raw.startsWith('"') || raw.startsWith("'");
}

/** Just behind the closing quote of the scalar that opens at `at`; undefined when it is not simple. */
export function quotedEnd(text: string, at: number): number | undefined {
  QUOTED.lastIndex = at;
  return QUOTED.test(text) ? QUOTED.lastIndex : undefined;
}

/** The text of a simple quoted scalar, which comes with its quotes. */
export function unquotedText(raw: string): string {
  if (raw.startsWith("'")) return raw.slice(1, -1).replaceAll("''", "'");
  return raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1);
}

/** True for a key or value that is not the text it looks like. */
export function isWord(text: string): boolean {
  return WORDS.has(text);
}

/** The value of an unquoted scalar; undefined when it is not simple. */
export function plainValue(raw: string): ScalarNode['value'] | undefined {
  if (!PLAIN_START.test(raw) || NOT_PLAIN.test(raw)) return undefined;
  const word = WORDS.get(raw);
  if (word !== undefined) return word;
  if (!NUMBER.test(raw)) return raw;
  return SIMPLE_NUMBER.test(raw) ? Number(raw) : undefined;
}
