/** Characters that the native engine may read again at each place of the text. */
const MAX_REREAD = 16;
/** Longer ones are rare, and it takes the native engine long to compile them; some it refuses only then. */
const MAX_NATIVE_LENGTH = 256;

/** What it takes to parse a pattern, by its length and by its properties of Unicode: each is a table of hundreds of ranges. */
const PARSING_STEPS_PER_CHARACTER = 20;
const PARSING_STEPS_PER_PROPERTY = 10_000;

/** What matches one character, or none: an escape, a class, a character. Neither groups nor alternatives nor back references. */
const ATOM =
  /(?:\\u\{[\da-f]+\}|\\p\{[^}]*\}|\\[^\d]|\[(?:\\.|[^\]\\])*\]|[^\\[()|*+?{}])(?:(?<open>[*+?])|\{(?<min>\d+)(?<rest>,\d*)?\})?\??/isuy;

/** True for a pattern (flag `u`) that the native engine tests in a time that grows with the text alone. */
export function isNativelyLinear(source: string): boolean {
  return source.length <= MAX_NATIVE_LENGTH && rereadLength(source) <= MAX_REREAD;
}

/**
 * How many characters the native engine may read again at each place of the text; Infinity where that is not known. A pattern that starts at the
 * beginning and has one part of open length makes that part shorter step by step, and each time reads what stands behind it again: as
 * many characters as that comes to with its counted repetitions written out.
 */
export function rereadLength(source: string): number {
  if (!source.startsWith('^')) return Infinity;
  const atom = new RegExp(ATOM);
  let isOpen = false;
  let reread = 0;
  for (let at = 1; at < source.length; at = atom.lastIndex) {
    atom.lastIndex = at;
    const found = atom.exec(source);
    if (found === null) return Infinity;
    const { open, min, rest } = found.groups ?? {};
    const hasOpenLength = open !== undefined || rest !== undefined;
    if (hasOpenLength && isOpen) return Infinity;
    if (isOpen) reread += min === undefined ? 1 : Number(min);
    isOpen ||= hasOpenLength;
  }
  return reread;
}

/** The steps it takes to parse a pattern. */
export function parsingSteps(source: string): number {
  const properties = source.match(/\\p\{/gi)?.length ?? 0;
  return PARSING_STEPS_PER_CHARACTER * source.length + PARSING_STEPS_PER_PROPERTY * properties;
}
