import { parseByteSize } from './byte-size.js';
import { parseDuration, parseRate } from './units.js';
import { isVersionRange } from './version-range.js';

/** The formats that the meta-schema speaks of. The name of a format ends the sentence "must be a ...". */
export const META_FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'duration, such as 500ms, 2s or 1min': (text) => parseDuration(text) !== undefined,
  'size, such as 512B, 64KiB or 1MiB': (text) => parseByteSize(text) !== undefined,
  'share of CPU time, such as 30s/min': (text) => parseRate(text, parseDuration) !== undefined,
  'rate, such as 64KiB/s': (text) => parseRate(text, parseByteSize) !== undefined,
  'version range, such as >=20.19 or ^1.2': isVersionRange,
  'regular expression': isRegularExpression,
};

function isRegularExpression(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
