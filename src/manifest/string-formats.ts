import { createRequire } from 'node:module';
import type * as Formats from 'ajv-formats/dist/formats.js';
import { CHECKED_FORMATS } from './checked-formats.js';

/** Says whether a text has a format. */
export type FormatTest = (text: string) => boolean;

// Not a static import: its patterns take 0.8 ms of CPU time to load (measured), at every start of a thread.
const require = createRequire(import.meta.url);

/** The tests of the formats, by name. */
export const STRING_FORMATS: Readonly<Record<string, FormatTest>> = Object.fromEntries(
  CHECKED_FORMATS.map((name) => {
    let test: FormatTest | undefined;
    return [name, (text: string) => (test ??= testOf(name))(text)];
  }),
);

function testOf(name: (typeof CHECKED_FORMATS)[number]): FormatTest {
  // As patterns of schemas are read.
  if (name === 'regex') return isPattern;
  const { fullFormats } = require('ajv-formats/dist/formats.js') as typeof Formats;
  const format = fullFormats[name];
  if (format instanceof RegExp) return (text) => format.test(text);
  const validate = typeof format === 'object' && 'validate' in format ? format.validate : format;
  return validate as FormatTest;
}

/** True for the source of a regular expression with flag `u`. */
export function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
