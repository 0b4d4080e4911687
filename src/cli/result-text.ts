import { jsonText } from './json-text.js';

/** A result on standard output: text as it is (a terminal gets it with its hidden characters shown), everything else as indented JSON; with `json` one compact line of exact JSON. */
export function resultText(value: unknown, json: boolean): string | undefined {
  if (json) return jsonText(value);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : jsonText(value, 2);
}
