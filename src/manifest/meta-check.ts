import { readFileSync } from 'node:fs';
import { checkFromCode, type Check } from './check-from-code.js';
import { META_FORMATS } from './formats.js';

/** The name under which the check's code asks for `META_FORMATS`. */
export const FORMATS_NAME = 'formats';
/** Where the build leaves the check's code. */
export const META_CHECK_FILE = new URL('./meta-check.txt', import.meta.url);

let check: Check | undefined;

/** The check of `phlow.yaml` against the meta-schema; read once. */
export function metaCheck(): Check {
  check ??= checkFromCode(readFileSync(META_CHECK_FILE, 'utf8'), { [FORMATS_NAME]: META_FORMATS });
  return check;
}
