import { readFileSync } from 'node:fs';
import { checkFromCode, type Check } from './check-from-code.js';
import { parseByteSize, parseDuration, parseRate } from './units.js';
import { isPattern } from './string-formats.js';
import { isVersionRange } from './version-range.js';

/** The formats that the meta-schema speaks of. The name of a format ends the sentence "must be a ...". */
export const META_FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'duration, such as 500ms, 2s or 1min': (text) => parseDuration(text) !== undefined,
  'size, such as 512B, 64KiB or 1MiB': (text) => parseByteSize(text) !== undefined,
  'share of CPU time, such as 30s/min': (text) => parseRate(text, parseDuration) !== undefined,
  'rate, such as 64KiB/s': (text) => parseRate(text, parseByteSize) !== undefined,
  'version range, such as >=20.19 or ^1.2': isVersionRange,
  'regular expression': isPattern,
};

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
